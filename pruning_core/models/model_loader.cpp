#include "pruning_core/models/model_loader.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cmath>
#include <numbers>
#include <optional>

#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/model_io/bert_weights.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/models/stored_weights.h"

namespace sparsweep::core {
namespace {

constexpr double kInitialDeviation = 0.02;
constexpr uint64_t kPurpose = 0x696E697469616C69;  // "initiali": keeps these numbers apart

// In (0, 1], 53 bits.
double Uniform(uint64_t bits) { return (static_cast<double>(bits >> 11) + 1.0) * 0x1p-53; }

int64_t CheckedLayers(const contract::ModelSpec& spec, const BertConfig& config) {
  if (spec.layers == 0) return config.num_hidden_layers;
  if (spec.layers > config.num_hidden_layers) {
    throw UserError(
        "TOO_MANY_LAYERS", "model.layers", fmt::format("{}", spec.layers),
        fmt::format("model.layers: {} is more than the {} layers of '{}'; give at most "
                    "{}, or 0 for all",
                    spec.layers, config.num_hidden_layers, spec.path, config.num_hidden_layers));
  }
  return spec.layers;
}

}  // namespace

void InitializeNormal(Parameter& parameter, uint64_t seed) {
  const CounterStream stream(seed, kPurpose,
                             XXH3_64bits(parameter.name.data(), parameter.name.size()));
  auto* values = parameter.value.mutable_data_ptr<float>();
  const int64_t size = parameter.value.numel();
  for (int64_t i = 0; i < size; ++i) {  // Box-Muller, one of the pair
    const auto at = static_cast<uint64_t>(i) * 2;
    const double radius = std::sqrt(-2.0 * std::log(Uniform(stream.At(at))));
    const double angle = 2.0 * std::numbers::pi * Uniform(stream.At(at + 1));
    values[i] = static_cast<float>(kInitialDeviation * radius * std::cos(angle));
  }
}

LoadedModel LoadBertModel(const contract::ModelSpec& spec, Head head, int64_t labels,
                          uint64_t seed) {
  const BertConfig config = ReadBertConfig(spec.path);
  const int64_t layers = CheckedLayers(spec, config);
  const Pooling pooling = spec.pooling == "mean" ? Pooling::kMean : Pooling::kCls;
  const BertWeights weights(spec.path);
  RequireStoredSizes(weights, config, layers);
  LoadedModel loaded{BertModel(config, layers, pooling, head, labels), {}};
  ReadEncoder(weights, loaded.model.parameters());
  for (Parameter& parameter : loaded.model.parameters()) {
    if (parameter.role != ParameterRole::kHead) continue;
    if (const auto stored = weights.ReadIfFits(parameter.name, parameter.value.sizes())) {
      parameter.value.copy_(*stored);
    } else {
      loaded.initialized.push_back(parameter.name);
      if (parameter.decays) InitializeNormal(parameter, seed);  // biases stay 0
    }
  }
  return loaded;
}

}  // namespace sparsweep::core
