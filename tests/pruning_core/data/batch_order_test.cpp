#include "pruning_core/data/batch_order.h"

#include <algorithm>
#include <numeric>

#include "gmock/gmock.h"
#include "pruning_core/kernels/counter_stream.h"

namespace sparsweep::core {
namespace {

using Rows = std::vector<uint32_t>;

Rows Lengths(uint32_t count) {
  Rows lengths(count);
  for (uint32_t i = 0; i < count; ++i) lengths[i] = 3 + static_cast<uint32_t>(Mix(i) % 30);
  return lengths;
}

Rows RowsOf(BatchOrder& order, uint64_t step) {
  const auto rows = order.At(step);
  return {rows.begin(), rows.end()};
}

Rows Pass(BatchOrder& order, uint64_t pass) {
  Rows all;
  for (uint64_t i = 0; i < order.batches_per_pass(); ++i) {
    const Rows rows = RowsOf(order, pass * order.batches_per_pass() + i);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

TEST(BatchOrder, EveryPassVisitsEveryExampleOnce) {
  for (const uint32_t count : {1u, 7u, 32u, 33u, 4001u}) {
    BatchOrder order(Lengths(count), 32, 5);
    EXPECT_EQ(order.batches_per_pass(), (count + 31) / 32);
    for (uint64_t pass = 0; pass < 3; ++pass) {
      Rows rows = Pass(order, pass);
      std::ranges::sort(rows);
      Rows expected(count);
      std::iota(expected.begin(), expected.end(), 0u);
      EXPECT_EQ(rows, expected) << count << " examples, pass " << pass;
    }
  }
}

TEST(BatchOrder, IsAFunctionOfSeedAndStepOnly) {
  BatchOrder forward(Lengths(1000), 16, 5);
  BatchOrder jumping(Lengths(1000), 16, 5);
  std::vector<Rows> steps;
  for (uint64_t step = 0; step < 150; ++step) steps.push_back(RowsOf(forward, step));
  for (const uint64_t step : {140u, 0u, 63u, 62u, 149u, 64u}) {
    EXPECT_EQ(RowsOf(jumping, step), steps[step]) << step;
  }
}

TEST(BatchOrder, DiffersBetweenPassesAndSeeds) {
  BatchOrder order(Lengths(1000), 16, 5);
  BatchOrder other(Lengths(1000), 16, 6);
  EXPECT_NE(Pass(order, 0), Pass(order, 1));
  EXPECT_NE(Pass(order, 0), Pass(other, 0));
}

// A change of the order changes every result: it must be made on purpose.
TEST(BatchOrder, GivesTheSameRowsForever) {
  BatchOrder order(Lengths(20), 4, 1);
  EXPECT_EQ(RowsOf(order, 0), (Rows{16, 1, 19, 5}));
  EXPECT_EQ(RowsOf(order, 7), (Rows{5, 17, 18, 2}));
}

TEST(BatchOrder, PutsLikeLengthsTogetherWithoutSortingTheBatches) {
  const Rows lengths = Lengths(32 * 50);
  BatchOrder order(lengths, 32, 1);
  uint64_t padded = 0;
  uint64_t tokens = 0;
  Rows longest;
  for (uint64_t step = 0; step < order.batches_per_pass(); ++step) {
    uint32_t width = 0;
    for (const uint32_t row : order.At(step)) {
      width = std::max(width, lengths[row]);
      tokens += lengths[row];
    }
    padded += uint64_t{width} * 32;
    longest.push_back(width);
  }
  EXPECT_LT(static_cast<double>(padded) / static_cast<double>(tokens), 1.05);
  EXPECT_FALSE(std::ranges::is_sorted(longest));
}

TEST(EvaluationBatches, HoldEveryRowOnceByLength) {
  const Rows lengths{5, 3, 4, 3, 9};
  EXPECT_THAT(EvaluationBatches(lengths, 2), testing::ElementsAre(Rows{1, 3}, Rows{2, 0}, Rows{4}));
}

TEST(CounterStream, CoversItsRangeEvenly) {
  const CounterStream stream(1, 2, 3);
  std::vector<int> counts(10);
  for (uint64_t i = 0; i < 10000; ++i) ++counts.at(stream.Below(10, i));
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);  // 5 standard deviations
}

}  // namespace
}  // namespace sparsweep::core
