#include "pruning_core/models/stored_weights.h"

#include <fmt/format.h>

namespace sparsweep::core {

void RequireStoredSizes(const BertWeights& weights, const BertConfig& config, int64_t layers) {
  const int64_t hidden = config.hidden_size;
  const auto table = [&](const char* name, int64_t rows) {
    weights.Require(fmt::format("embeddings.{}_embeddings.weight", name), {rows, hidden});
  };
  table("word", config.vocab_size);
  table("position", config.max_position_embeddings);
  table("token_type", config.type_vocab_size);
  for (int64_t i = 0; i < layers; ++i) {
    const std::string layer = fmt::format("encoder.layer.{}", i);
    weights.Require(layer + ".attention.self.query.weight", {hidden, hidden});
    weights.Require(layer + ".intermediate.dense.weight", {config.intermediate_size, hidden});
  }
}

void ReadEncoder(const BertWeights& weights, const ParameterList& parameters) {
  for (const Parameter& parameter : parameters) {
    if (parameter.role == ParameterRole::kHead) continue;
    parameter.value.copy_(weights.Read(parameter.name, parameter.value.sizes()));
  }
}

}  // namespace sparsweep::core
