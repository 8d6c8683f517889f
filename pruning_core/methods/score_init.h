// What scores are before the first step.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "contract/trial_spec.h"

namespace sparsweep::core {

enum class ScoreDistribution { kConstant, kUniform, kKaimingUniform };

struct ScoreInit {
  ScoreDistribution distribution = ScoreDistribution::kConstant;
  double scale = 0;  // the constant, or half the width of kUniform
  uint64_t seed = 1;
};

// Throws UserError for an unknown word.
[[nodiscard]] ScoreInit MakeScoreInit(const contract::PruningSpec& spec, uint64_t seed);

// kUniform: in [-scale, scale). kKaimingUniform: He et al. 2015 with a = √5 as the reference calls
// it, in [-1/√in, 1/√in). Each value depends on the seed, the matrix's name and its position only.
// `inputs`: columns of the matrix [out, in].
void FillScores(const ScoreInit& init, std::string_view name, int64_t inputs,
                std::span<float> scores);

}  // namespace sparsweep::core
