#include "pruning_core/eval/regression_metrics.h"

#include <cmath>
#include <vector>

#include "gtest/gtest.h"

namespace sparsweep::core {
namespace {

using Values = std::vector<double>;

TEST(RegressionMetrics, PearsonOfKnownPairs) {
  EXPECT_DOUBLE_EQ(Pearson(Values{1, 2, 3}, Values{10, 20, 30}), 1);
  EXPECT_DOUBLE_EQ(Pearson(Values{1, 2, 3}, Values{3, 2, 1}), -1);
  EXPECT_NEAR(Pearson(Values{1, 2, 3}, Values{1, 2, 4}), 0.9819805060619657, 1e-15);
}

TEST(RegressionMetrics, PearsonOfVeryLargeAndVeryCloseValues) {
  EXPECT_NEAR(Pearson(Values{1e300, 2e300, 3e300}, Values{1, 2, 4}), 0.9819805060619657, 1e-15);
  EXPECT_NEAR(Pearson(Values{1e8, 1e8 + 1, 1e8 + 2}, Values{1, 2, 4}), 0.9819805060619657, 1e-12);
}

TEST(RegressionMetrics, CorrelationsThatDoNotExistAreZero) {
  for (const auto& correlation : {Pearson, Spearman}) {
    EXPECT_EQ(correlation(Values{}, Values{}), 0);
    EXPECT_EQ(correlation(Values{1}, Values{2}), 0);
    EXPECT_EQ(correlation(Values{0.1, 0.1, 0.1}, Values{1, 2, 3}), 0);
    EXPECT_EQ(correlation(Values{1, 2, 3}, Values{0.3, 0.3, 0.3}), 0);
  }
}

TEST(RegressionMetrics, EqualValuesShareTheirRanks) {
  EXPECT_EQ(AverageRanks(Values{3, 1, 3, 2, 3, 1}), (Values{5, 1.5, 5, 3, 5, 1.5}));
}

TEST(RegressionMetrics, SpearmanSeesTheOrderOnly) {
  EXPECT_DOUBLE_EQ(Spearman(Values{1, 10, 100, 1000}, Values{1, 2, 3, 4}), 1);
  EXPECT_LT(Pearson(Values{1, 10, 100, 1000}, Values{1, 2, 3, 4}), 0.9);
  // Ranks 1.5, 1.5, 3 against 1, 2, 3.
  EXPECT_DOUBLE_EQ(Spearman(Values{5, 5, 9}, Values{1, 2, 3}), std::sqrt(0.75));
}

TEST(RegressionMetrics, MeanSquaredError) {
  EXPECT_DOUBLE_EQ(MeanSquaredError(Values{1, 2}, Values{2, 5}), 5);
  EXPECT_EQ(MeanSquaredError(Values{}, Values{}), 0);
}

}  // namespace
}  // namespace sparsweep::core
