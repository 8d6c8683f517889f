#include "pruning_core/kernels/hard_concrete.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace sparsweep::core {
namespace {

double Sampled(double u, double score) {
  // The bounds as fp32 holds them: 1 - u has few digits there.
  u = std::clamp<double>(u, 1e-4F, 1.0F - 1e-4F);
  const double s = 1.0 / (1.0 + std::exp(-(std::log(u) - std::log(1.0 - u) + score) * 1.5));
  return std::clamp(s * 1.2 - 0.1, 0.0, 1.0);
}

struct Grid {
  std::vector<float> noise, scores;
};
// Noise from 0 to nearly 1 against scores from -12 to 12.
Grid Points() {
  Grid grid;
  for (int u = 0; u <= 200; ++u) {
    for (int s = -48; s <= 48; ++s) {
      grid.noise.push_back(std::min(static_cast<float>(u) / 200.0F, 0.9999999F));
      grid.scores.push_back(static_cast<float>(s) * 0.25F);
    }
  }
  return grid;
}

TEST(HardConcrete, SampledGatesFollowTheFormula) {
  const Grid grid = Points();
  std::vector<float> gate(grid.noise.size());
  const auto size = static_cast<int64_t>(gate.size());
  SampleGates(grid.noise.data(), grid.scores.data(), size, gate.data());
  for (size_t i = 0; i < gate.size(); ++i) {
    ASSERT_NEAR(gate[i], Sampled(grid.noise[i], grid.scores[i]), 3e-6)
        << grid.noise[i] << ' ' << grid.scores[i];
  }
}

TEST(HardConcrete, SlopeIsTheFiniteDifferenceOfTheGate) {
  const Grid grid = Points();
  std::vector<float> gate(grid.noise.size());
  std::vector<float> slope(grid.noise.size());
  const auto size = static_cast<int64_t>(gate.size());
  SampleGatesAndSlopes(grid.noise.data(), grid.scores.data(), size, gate.data(), slope.data());
  size_t inside = 0;
  for (size_t i = 0; i < gate.size(); ++i) {
    const double u = grid.noise[i];
    const double score = grid.scores[i];
    const double difference = (Sampled(u, score + 1e-5) - Sampled(u, score - 1e-5)) / 2e-5;
    if (gate[i] > 1e-4F && gate[i] < 1.0F - 1e-4F) ++inside;
    if (gate[i] < 1e-4F && gate[i] > 0.0F) continue;  // on the kink
    if (gate[i] > 1.0F - 1e-4F && gate[i] < 1.0F) continue;
    ASSERT_NEAR(slope[i], difference, 1e-5) << u << ' ' << score;
  }
  EXPECT_GT(inside, 1000u);
}

TEST(HardConcrete, WithoutNoiseGatesCloseAndSaturateAtTheirConstants) {
  const std::vector<float> scores{-2.39795F, -2.39785F, 0.0F, 2.39785F, 2.39795F};
  std::vector<float> gate(scores.size());
  EvaluateGates(scores.data(), static_cast<int64_t>(scores.size()), gate.data());
  EXPECT_EQ(gate[0], 0.0F);
  EXPECT_GT(gate[1], 0.0F);
  EXPECT_FLOAT_EQ(gate[2], 0.5F);
  EXPECT_LT(gate[3], 1.0F);
  EXPECT_EQ(gate[4], 1.0F);
  EXPECT_NEAR(kGateClosed, -std::log(11.0), 1e-5);
  EXPECT_NEAR(kGateShift, std::log(11.0) * 2.0 / 3.0, 1e-6);
}

// The expected share of open gates is what the penalty charges for.
TEST(HardConcrete, ShareOfOpenGatesIsTheShiftedSigmoid) {
  constexpr int64_t kDraws = 20000;
  std::vector<float> noise(kDraws), gate(kDraws);
  for (size_t i = 0; i < noise.size(); ++i) {
    noise[i] = (static_cast<float>(i) + 0.5F) / static_cast<float>(kDraws);
  }
  for (const float score : {-3.0F, -1.0F, 0.0F, 2.0F}) {
    const std::vector<float> scores(kDraws, score);
    SampleGates(noise.data(), scores.data(), kDraws, gate.data());
    const auto open = std::count_if(gate.begin(), gate.end(), [](float z) { return z > 0.0F; });
    EXPECT_NEAR(static_cast<double>(open) / kDraws, 1.0 / (1.0 + std::exp(-score - kGateShift)),
                2e-4);
  }
}

}  // namespace
}  // namespace sparsweep::core
