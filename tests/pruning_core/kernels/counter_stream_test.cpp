#include "pruning_core/kernels/counter_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <set>

namespace sparsweep::core {
namespace {

TEST(CounterStream, UnitValuesFillTheUnitInterval) {
  const CounterStream stream(7, 1, 2);
  double sum = 0, squares = 0, neighbours = 0;
  constexpr int kDraws = 100000;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const double u = stream.UnitAt(i);
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    ASSERT_EQ(std::ldexp(u, 24), std::floor(std::ldexp(u, 24)));
    sum += u;
    squares += u * u;
    neighbours += (u - 0.5) * (stream.UnitAt(i ^ 1) - 0.5);
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3.0, 0.005);
  EXPECT_NEAR(neighbours / kDraws, 0.0, 0.002);
}

TEST(CounterStream, SeedPurposeAndPositionAllCount) {
  std::set<uint64_t> seen;
  for (uint64_t seed = 0; seed < 4; ++seed) {
    for (uint64_t purpose = 0; purpose < 4; ++purpose) {
      for (uint64_t position = 0; position < 4; ++position) {
        seen.insert(CounterStream(seed, purpose, position).At(0));
      }
    }
  }
  EXPECT_EQ(seen.size(), 64u);
}

}  // namespace
}  // namespace sparsweep::core
