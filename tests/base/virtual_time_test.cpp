#include "tests/support/virtual_time.h"

#include <thread>

#include <gtest/gtest.h>

namespace sparsweep::test {
namespace {

using std::chrono::seconds;

TEST(VirtualTime, PassesOnlyWhenAdvanced) {
  TestExecutor executor;
  const base::SteadyTime start = executor.Now();
  const int64_t wall = executor.WallMicros();
  executor.RunUntilIdle();
  EXPECT_EQ(executor.Now(), start);
  executor.Advance(seconds(3));
  EXPECT_EQ(executor.Now() - start, seconds(3));
  EXPECT_EQ(executor.WallMicros() - wall, 3'000'000);
}

TEST(VirtualTime, TimersRunAtTheirTimeInOrder) {
  TestExecutor executor;
  const base::SteadyTime start = executor.Now();
  std::vector<std::pair<int, base::SteadyTime>> ran;
  const auto note = [&](int which) {
    return [&ran, &executor, which] { ran.emplace_back(which, executor.Now()); };
  };
  executor.After(seconds(2), note(2));
  executor.After(seconds(1), [&] {
    executor.After(seconds(1), note(3));
    executor.Post(note(1));
  });
  const base::TimerId canceled = executor.After(seconds(1), note(9));
  executor.Cancel(canceled);
  executor.After(seconds(5), note(4));
  executor.Advance(seconds(4));
  const decltype(ran) expected = {
      {1, start + seconds(1)}, {2, start + seconds(2)}, {3, start + seconds(2)}};
  EXPECT_EQ(ran, expected);
  EXPECT_EQ(executor.timer_count(), 1u);
  EXPECT_EQ(executor.NextTimer(), start + seconds(5));
}

TEST(VirtualTime, WaitsForOtherThreads) {
  TestExecutor executor;
  bool done = false;
  std::thread other([&] { executor.Post([&] { done = true; }); });
  EXPECT_TRUE(executor.RunUntil([&] { return done; }));
  other.join();
  EXPECT_FALSE(executor.RunUntil([] { return false; }, seconds(0)));
}

}  // namespace
}  // namespace sparsweep::test
