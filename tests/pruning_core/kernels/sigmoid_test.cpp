#include "pruning_core/kernels/sigmoid.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sparsweep::core {
namespace {

TEST(Sigmoid, LiesWithinFewUnitsInTheLastPlaceOfTheExactValue) {
  for (int i = -85000; i <= 85000; ++i) {
    const float x = static_cast<float>(i) * 1e-3F;
    const double exact = 1.0 / (1.0 + std::exp(-static_cast<double>(x)));
    ASSERT_NEAR(Sigmoid(x) / exact, 1.0, 4e-7) << x;
  }
}

TEST(Sigmoid, IsHalfAtZeroAndSaturatesWithoutNan) {
  EXPECT_EQ(Sigmoid(0.0F), 0.5F);
  EXPECT_EQ(Sigmoid(1000.0F), 1.0F);
  EXPECT_LT(Sigmoid(-1000.0F), 1e-37F);
  EXPECT_GE(Sigmoid(-1000.0F), 0.0F);
}

}  // namespace
}  // namespace sparsweep::core
