#include "pruning_core/train/progress_meter.h"

#include <gtest/gtest.h>

#include "tests/support/virtual_time.h"

namespace sparsweep::core {
namespace {

using std::chrono::milliseconds;

TEST(ProgressMeterTest, ReportsAtMostEveryHalfSecond) {
  test::TestExecutor time;
  ProgressMeter meter(time, 100);
  time.Advance(milliseconds(300));
  EXPECT_FALSE(meter.StepDone(1, 32).has_value());
  time.Advance(milliseconds(300));
  const auto progress = meter.StepDone(2, 32);
  ASSERT_TRUE(progress.has_value());
  EXPECT_DOUBLE_EQ(progress->examples_per_second, 64 / 0.6);
  EXPECT_DOUBLE_EQ(progress->eta_seconds, 0.3 * 98);
  time.Advance(milliseconds(400));
  EXPECT_FALSE(meter.StepDone(3, 32).has_value());
  time.Advance(milliseconds(100));
  EXPECT_DOUBLE_EQ(meter.StepDone(4, 32)->examples_per_second, 64 / 0.5);
}

TEST(ProgressMeterTest, AResumedRunCountsItsOwnPace) {
  test::TestExecutor time;
  ProgressMeter meter(time, 100);
  time.Advance(milliseconds(500));
  EXPECT_DOUBLE_EQ(meter.StepDone(91, 8)->eta_seconds, 0.5 * 9);
}

}  // namespace
}  // namespace sparsweep::core
