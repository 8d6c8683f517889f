#include "cli/progress.h"

#include <gtest/gtest.h>

#include "tests/cli/sample_sweep.h"

namespace sparsweep::cli {
namespace {

TEST(Progress, NamesStates) {
  EXPECT_EQ(StateName(v1::SWEEP_STATE_SUCCEEDED), "succeeded");
  EXPECT_EQ(StateName(v1::TRIAL_STATE_RUNNING), "running");
}

TEST(Progress, TargetIsLambdaOrDensity) {
  EXPECT_EQ(TargetOf(SampleTrial(1, "dense")), "");
  EXPECT_EQ(TargetOf(SampleTrial(1, "movement")), "10 %");
  EXPECT_EQ(TargetOf(SampleTrial(1, "soft_movement")), "λ 2000");
  v1::Trial distilled = SampleTrial(1, "soft_movement");
  distilled.set_density(0.1);  // asked for: λ is only where control starts
  distilled.set_variant("teacher big");
  EXPECT_EQ(TargetOf(distilled), "10 %, teacher big");
  v1::Trial dense = SampleTrial(1, "dense");
  dense.set_variant("teacher big");
  EXPECT_EQ(TargetOf(dense), "teacher big");
}

TEST(Progress, AnEndedTrialCountsAllItsSteps) {
  const Steps steps = StepsOf({SucceededTrial(1, "dense", 1, 0.7), FailedTrial(2, "l0", "x"),
                               RunningTrial(3, "l0", 30), SampleTrial(4, "l0")});
  EXPECT_EQ(steps.done, 630);
  EXPECT_EQ(steps.total, 1200);
}

TEST(EtaEstimator, NeedsTenSecondsWithProgress) {
  EtaEstimator eta;
  EXPECT_LT(eta.Update(0, {0, 1000}), 0);
  EXPECT_LT(eta.Update(9, {90, 1000}), 0);
  EXPECT_DOUBLE_EQ(eta.Update(10, {100, 1000}), 90);
}

TEST(EtaEstimator, LooksAtTheLastMinute) {
  EtaEstimator eta;
  for (int second = 0; second <= 100; ++second)
    (void)eta.Update(second, {second * int64_t{10}, 100000});
  double left = 0;
  for (int second = 101; second <= 200; ++second) {
    left = eta.Update(second, {1000 + (second - 100) * 20, 100000});
  }
  EXPECT_DOUBLE_EQ(left, (100000.0 - 3000) / 20);
}

TEST(EtaEstimator, BeginsAgainWhenStepsAreLost) {
  EtaEstimator eta;
  (void)eta.Update(0, {0, 1000});
  (void)eta.Update(20, {200, 1000});
  EXPECT_LT(eta.Update(21, {100, 1000}), 0);
  EXPECT_DOUBLE_EQ(eta.Update(31, {200, 1000}), 80);
}

TEST(EtaEstimator, SaysNothingWhileNothingMoves) {
  EtaEstimator eta;
  (void)eta.Update(0, {5, 1000});
  EXPECT_LT(eta.Update(30, {5, 1000}), 0);
}

}  // namespace
}  // namespace sparsweep::cli
