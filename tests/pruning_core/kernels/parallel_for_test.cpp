#include "pruning_core/kernels/parallel_for.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sparsweep::core {
namespace {

class ParallelForTest : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override { SetParallelThreads(GetParam()); }
  void TearDown() override { SetParallelThreads(1); }
};

TEST_P(ParallelForTest, DoesEachPieceOnce) {
  for (const size_t count : {0, 1, 2, 3, 1000}) {
    std::vector<std::atomic<int>> done(count);
    ParallelFor(count, [&](size_t i) { ++done[i]; });
    for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
  }
}

TEST_P(ParallelForTest, EndsWithTheFirstPiecesException) {
  for (int round = 0; round < 100; ++round) {
    try {
      ParallelFor(50, [](size_t i) {
        if (i >= 7) throw std::runtime_error(std::to_string(i));
      });
      FAIL() << "nothing thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "7");
    }
  }
}

TEST_P(ParallelForTest, WithinAPieceItIsALoop) {
  std::atomic<int> done = 0;
  ParallelFor(4, [&](size_t) {
    const std::thread::id caller = std::this_thread::get_id();
    ParallelFor(5, [&](size_t) { done += std::this_thread::get_id() == caller ? 1 : 0; });
  });
  EXPECT_EQ(done, 20);
}

TEST_P(ParallelForTest, PiecesRunAtTheSameTime) {
#if defined(__SANITIZE_THREAD__) || defined(__clang__)
  GTEST_SKIP() << "a plain loop under the thread sanitizer and clang";
#endif
  std::barrier all(static_cast<std::ptrdiff_t>(GetParam()));
  ParallelFor(GetParam(),
              [&](size_t) { all.arrive_and_wait(); });  // hangs if one waits for another
}

INSTANTIATE_TEST_SUITE_P(Threads, ParallelForTest, testing::Values(1, 2, 5));

}  // namespace
}  // namespace sparsweep::core
