#include "pruning_core/methods/score_init.h"

#include <cmath>

#include "contract/nearest.h"
#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kScores = 0x73636F72;  // the purpose of these streams
constexpr double kL0Scale = 2.197;        // σ = 0.9: gates open at first

uint64_t Fnv1a(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return hash;
}

}  // namespace

ScoreInit MakeScoreInit(const contract::PruningSpec& spec, uint64_t seed) {
  ScoreInit init;
  init.seed = seed;
  if (spec.score_init == "constant") {
    init.scale = spec.score_init_scale.value_or(spec.method == "l0" ? kL0Scale : 0.0);
  } else if (spec.score_init == "uniform") {
    init.distribution = ScoreDistribution::kUniform;
    init.scale = spec.score_init_scale.value_or(1.0);
  } else if (spec.score_init == "kaiming_uniform") {
    init.distribution = ScoreDistribution::kKaimingUniform;
  } else {
    throw UserError(
        "BAD_SPEC", "pruning.score_init", spec.score_init,
        "pruning.score_init: '" + spec.score_init + "' is not available" +
            contract::NearestHint(spec.score_init, {"constant", "uniform", "kaiming_uniform"}));
  }
  return init;
}

void FillScores(const ScoreInit& init, std::string_view name, int64_t inputs,
                std::span<float> scores) {
  if (init.distribution == ScoreDistribution::kConstant) {
    for (float& score : scores) score = static_cast<float>(init.scale);
    return;
  }
  const double half = init.distribution == ScoreDistribution::kUniform
                          ? init.scale
                          : 1.0 / std::sqrt(static_cast<double>(inputs));
  const CounterStream stream(init.seed, kScores, Fnv1a(name));
  for (size_t i = 0; i < scores.size(); ++i) {
    scores[i] = static_cast<float>(half * (2.0 * stream.UnitAt(i) - 1.0));
  }
}

}  // namespace sparsweep::core
