#include "pruning_core/verify/comparison.h"

#include <gtest/gtest.h>

#include <limits>

namespace sparsweep::core {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(Comparison, KeepsThePlaceWithTheLargestShareOfItsTolerance) {
  Comparison comparison;
  comparison.Number(Quantity::kTaskLoss, {.forward = 0}, 1.0, 1.5, 1.0);
  comparison.Number(Quantity::kTaskLoss, {.forward = 1}, 1.0, 1.2, 0.21);
  const Finding finding = comparison.findings().at(0);
  EXPECT_EQ(finding.place.forward, 1);
  EXPECT_EQ(finding.compared, 2);
  EXPECT_TRUE(finding.within());
}

TEST(Comparison, NamesTheElement) {
  Comparison comparison;
  const float ours[] = {1, 2, 3};
  const float stored[] = {1, 2.5, 3};
  comparison.Array(Quantity::kWeights, {.step = 2, .tensor = "w"}, ours, stored, 0.1);
  const Finding finding = comparison.findings().at(0);
  EXPECT_EQ(finding.place.element, 1);
  EXPECT_EQ(finding.place.tensor, "w");
  EXPECT_EQ(finding.error, 0.5);
  EXPECT_EQ(finding.beyond, 1);
  EXPECT_FALSE(finding.within());
}

TEST(Comparison, NanIsNeverWithin) {
  for (const auto& [left, right] : {std::pair{kNan, 0.0F}, {0.0F, kNan}, {kNan, kNan}}) {
    Comparison comparison;
    comparison.Array(Quantity::kWeights, {}, {&left, 1}, {&right, 1}, 1e30);
    EXPECT_FALSE(comparison.findings().at(0).within());
  }
}

TEST(Comparison, InfinityIsNeverWithin) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const auto& [left, right] :
       {std::pair{kInfinity, 0.0F}, {0.0F, kInfinity}, {kInfinity, kInfinity}}) {
    Comparison comparison;
    comparison.Array(Quantity::kWeights, {}, {&left, 1}, {&right, 1}, 1e30);
    EXPECT_FALSE(comparison.findings().at(0).within());
  }
}

TEST(Comparison, AToleranceThatIsNotFiniteAllowsNothing) {
  for (const double tolerance :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Comparison comparison;
    comparison.Number(Quantity::kTaskLoss, {.forward = 0}, 1.0, 1.0, 0.0);
    comparison.Number(Quantity::kTaskLoss, {.forward = 1}, 1.0, 1.5, tolerance);
    const Finding finding = comparison.findings().at(0);
    EXPECT_FALSE(finding.within());
    EXPECT_EQ(finding.beyond, 1);
    EXPECT_EQ(finding.place.forward, 1);
  }
}

TEST(Comparison, ZeroToleranceMeansEqual) {
  Comparison comparison;
  comparison.Number(Quantity::kMaskCounts, {}, 7, 7, 0.0);
  EXPECT_TRUE(comparison.findings().at(0).within());
  comparison.Number(Quantity::kMaskCounts, {}, 7, 8, 0.0);
  EXPECT_FALSE(comparison.findings().at(0).within());
}

TEST(Comparison, AFewStraysAreAllowedUpToTheirLimit) {
  std::vector<float> stored(1000, 0.0F);
  std::vector<float> ours = stored;
  ours[3] = ours[4] = 0.05F;
  Comparison two;
  two.ArrayWithStrays(Quantity::kScores, {}, ours, stored, 0.01, 0.002, 0.1);
  EXPECT_TRUE(two.findings().at(0).within());
  ours[5] = 0.05F;
  Comparison three;
  three.ArrayWithStrays(Quantity::kScores, {}, ours, stored, 0.01, 0.002, 0.1);
  EXPECT_FALSE(three.findings().at(0).within());
  ours[4] = ours[5] = 0.0F;
  ours[3] = 0.2F;
  Comparison far;
  far.ArrayWithStrays(Quantity::kScores, {}, ours, stored, 0.01, 0.002, 0.1);
  EXPECT_FALSE(far.findings().at(0).within());
}

TEST(Comparison, BitsCountAndNameTheFirstFlip) {
  Comparison comparison;
  const uint8_t ours[] = {1, 0, 1, 1};
  const uint8_t stored[] = {1, 1, 1, 0};
  comparison.Bits(Quantity::kMasks, {.tensor = "m"}, ours, stored);
  const Finding finding = comparison.findings().at(0);
  EXPECT_EQ(finding.error, 2);
  EXPECT_EQ(finding.beyond, 2);
  EXPECT_EQ(finding.compared, 4);
  EXPECT_EQ(finding.place.element, 1);
  EXPECT_FALSE(finding.within());
}

}  // namespace
}  // namespace sparsweep::core
