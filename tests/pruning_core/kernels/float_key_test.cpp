#include "pruning_core/kernels/float_key.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace sparsweep::core {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kDenormal = std::numeric_limits<float>::denorm_min();
constexpr float kMost = std::numeric_limits<float>::max();
constexpr std::array kAscending{-kInfinity, -kMost, -1.0F, -kDenormal, 0.0F,
                                kDenormal,  1.0F,   kMost, kInfinity};

TEST(FloatKey, KeepsTheOrderOfValues) {
  for (size_t i = 1; i < kAscending.size(); ++i) {
    EXPECT_LT(ValueKey(kAscending[i - 1]), ValueKey(kAscending[i])) << kAscending[i];
  }
  EXPECT_EQ(ValueKey(-0.0F), ValueKey(0.0F));
}

TEST(FloatKey, GivesTheValueBack) {
  for (const float value : kAscending) EXPECT_EQ(ValueOfKey(ValueKey(value)), value);
}

TEST(FloatKey, RanksMagnitudesWithoutTheSign) {
  EXPECT_EQ(MagnitudeKey(-2.0F), MagnitudeKey(2.0F));
  EXPECT_LT(MagnitudeKey(-1.0F), MagnitudeKey(1.5F));
}

}  // namespace
}  // namespace sparsweep::core
