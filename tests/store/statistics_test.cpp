#include "store/store_statistics.h"

#include <numeric>

#include <gtest/gtest.h>

#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

TEST(Statistics, DurationsFallIntoTheirBuckets) {
  store::DurationHistogram histogram;
  histogram.Observe(0);
  histogram.Observe(histogram.kUpperBounds[0]);
  histogram.Observe(histogram.kUpperBounds[1]);
  histogram.Observe(1000);
  EXPECT_EQ(histogram.counts[0], 2u);
  EXPECT_EQ(histogram.counts[1], 1u);
  EXPECT_EQ(histogram.counts.back(), 1u);
  EXPECT_DOUBLE_EQ(histogram.sum, histogram.kUpperBounds[0] + histogram.kUpperBounds[1] + 1000);
}

TEST(Statistics, StoreCountsItsCommits) {
  const TemporaryFolder folder;
  TestExecutor loop;
  auto store = OpenStore(folder, loop);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE(CommitNow(loop, **store, RunningTrial()).ok());
  ASSERT_FALSE(CommitNow(loop, **store, RunningTrial()).ok());
  const store::StoreStatistics statistics = (*store)->Statistics();
  EXPECT_EQ(statistics.committed_batches, 1u);
  EXPECT_EQ(statistics.errors, 1u);
  EXPECT_EQ(statistics.queued_batches, 0u);
  EXPECT_GT(statistics.wal_bytes, 0u);
  EXPECT_GT(statistics.database_bytes, 0u);
  const auto& counts = statistics.commit_duration.counts;
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), uint64_t{0}), 1u);
}

}  // namespace
}  // namespace sparsweep::test
