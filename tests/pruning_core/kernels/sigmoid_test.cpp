#include "pruning_core/kernels/sigmoid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace sparsweep::core {
namespace {

// Every 64th float whose exp is a normal number. A unit in the last place: that of the exact value.
TEST(Exp, LiesWithinTwoUnitsInTheLastPlace) {
  double worst = 0.0;
  for (uint32_t bits = 0; bits < 0x42B00000u; bits += 64) {
    for (const float x : {std::bit_cast<float>(bits), -std::bit_cast<float>(bits)}) {
      if (x < -87.3F) continue;
      const double exact = std::exp(static_cast<double>(x));
      const double unit = std::ldexp(1.0, std::ilogb(exact) - 23);
      worst = std::max(worst, std::abs(Exp(x) - exact) / unit);
    }
  }
  EXPECT_LE(worst, 2.0);
  EXPECT_EQ(Exp(0.0F), 1.0F);
}

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
