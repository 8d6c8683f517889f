// tests/golden/README.md, "Tolerances".
#pragma once

#include <algorithm>

namespace sparsweep::core::tolerance {

inline constexpr double kSchedule = 1e-12;  // relative: v, λ, learning rates
inline constexpr double kLoss = 1e-5;       // relative to max(1, value): losses, R
inline constexpr double kNorm = 5e-5;       // relative: gradient norm
inline constexpr double kFirstLogits = 2e-5;
inline constexpr double kGradient = 1e-6;  // plus kGradientShare of the tensor's largest entry
inline constexpr double kGradientShare = 1e-5;
inline constexpr double kWeights = 1e-5;       // after k steps
inline constexpr double kScoreStrays = 0.002;  // share of a case's scores that may pass Scores()
inline constexpr double kEvalLogits = 5e-5;    // spans: after subtracting each row's mean

inline double Scores(double score_learning_rate) {
  return std::max(2e-6, 3e-4 * score_learning_rate);
}
inline double MostOfScores(double score_learning_rate) {
  return std::max(Scores(score_learning_rate), 0.1 * score_learning_rate);
}

}  // namespace sparsweep::core::tolerance
