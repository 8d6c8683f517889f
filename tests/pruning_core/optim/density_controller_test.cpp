#include "pruning_core/optim/density_controller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace sparsweep::core {
namespace {

SparsitySchedule Ramp(int64_t steps) {
  return {0.0, 0.1, 1.0, steps, steps / 10, 1.0, 1.0};  // tau as in soft movement
}

// A run in which density follows what λ asks for with a lag: density* = (λ/scale)^-1.9, at most 1,
// approached in ln density ever more slowly, as a falling learning rate does.
double Landing(double target, int64_t steps, double scale_of_lambda) {
  DensityController controller({target, 1000.0, Ramp(steps)}, 0);
  const auto total = static_cast<double>(steps);
  double log_density = 0.0;
  for (int64_t step = 1; step < controller.CutStep(); ++step) {
    const double left = 1.0 - static_cast<double>(step) / total;
    if (controller.lambda() > 0.0) {
      const double asked = std::min(0.0, -1.9 * std::log(controller.lambda() / scale_of_lambda));
      log_density += (asked - log_density) * 20.0 / total * left;
    }
    controller.Advance(step, std::exp(log_density));
  }
  return std::exp(log_density);
}

TEST(DensityController, LandsNearTheTargetWhateverTheFirstLambda) {
  for (const double target : {0.3, 0.1, 0.05, 0.03}) {
    for (const int64_t steps : {300, 1500}) {
      for (const double wrong_by : {0.33, 1.0, 3.0}) {
        const double scale = 1000.0 * wrong_by * std::pow(target, 1.0 / 1.9);
        const double density = Landing(target, steps, scale);
        EXPECT_LT(std::abs(std::log(density / target)), 0.2)
            << target << " in " << steps << " steps, lambda wrong by " << wrong_by << ": "
            << density;
      }
    }
  }
}

TEST(DensityController, LeavesLambdaAloneUntilDensityMoves) {
  DensityController controller({0.1, 1000.0, Ramp(300)}, 0);
  EXPECT_EQ(controller.lambda(), 0.0);  // before the ramp
  for (int64_t step = 1; step < 100; ++step) {
    controller.Advance(step, 0.999);
    EXPECT_NEAR(controller.lambda(), 1000.0 * Ramp(300).Threshold(step) / 0.1, 1e-3);
  }
  for (int64_t step = 100; step < 200; ++step) controller.Advance(step, 0.999);
  EXPECT_GT(controller.lambda(), 2000.0);  // but not forever
}

// With the target's own course as density there is nothing to correct.
TEST(DensityController, PushesWhereTooManyStayAndLetsGoWhereTooFewDo) {
  const auto after = [](double times) {
    DensityController controller({0.1, 1000.0, Ramp(300)}, 0);
    controller.Advance(70, 0.97);
    for (int64_t step = 71; step < 170; ++step) {
      const double left = 1.0 - static_cast<double>(step - 70) / 200.0;
      controller.Advance(step, times * std::pow(0.1, 1.0 - left * left));
    }
    return controller.lambda() / (1000.0 * Ramp(300).Threshold(169) / 0.1);
  };
  EXPECT_NEAR(after(1.0), 1.0, 1e-2);
  EXPECT_GT(after(1.2), 1.5);
  EXPECT_GT(after(1.5), after(1.2));
  EXPECT_LT(after(0.8), 0.7);
}

TEST(DensityController, ADensityThatCannotMoveDoesNotWindItUp) {
  DensityController controller({0.03, 1000.0, Ramp(300)}, 0);
  for (int64_t step = 1; step < 270; ++step) controller.Advance(step, 1.0);
  EXPECT_LE(controller.lambda(), 1000.0 * std::exp(6.0 * 2.0 + 4.0) * 1.001);
  for (int64_t step = 1; step < 270; ++step) controller.Advance(step, 1e-9);
  EXPECT_GT(controller.lambda(), 0.0);
}

TEST(DensityController, CutsWhereTheFinalWarmupBegins) {
  EXPECT_EQ(DensityController({0.1, 1.0, {0.0, 0.1, 0.0, 300, 30, 1.0, 1.0}}, 0).CutStep(), 270);
  EXPECT_EQ(DensityController({0.1, 1.0, {0.0, 0.1, 0.0, 300, 30, 1.0, 0.0}}, 0).CutStep(), 300);
}

TEST(DensityController, RemembersTheDensityOfTheFirstCut) {
  DensityController controller({0.1, 1.0, Ramp(300)}, 0);
  EXPECT_EQ(controller.before_cut(), 0.0);
  controller.RecordCut(0.125);
  controller.RecordCut(0.5);
  EXPECT_EQ(controller.before_cut(), 0.125);
}

TEST(DensityController, GoesOnFromItsMemory) {
  DensityController whole({0.1, 1000.0, Ramp(300)}, 0);
  DensityController resumed({0.1, 1000.0, Ramp(300)}, 0);
  for (int64_t step = 1; step < 150; ++step) whole.Advance(step, 0.9);
  std::copy(whole.memory().begin(), whole.memory().end(), resumed.memory().begin());
  EXPECT_EQ(whole.lambda(), resumed.lambda());
  for (int64_t step = 150; step < 200; ++step) {
    whole.Advance(step, 0.2);
    resumed.Advance(step, 0.2);
    EXPECT_EQ(whole.lambda(), resumed.lambda());
  }
}

TEST(FirstLambda, GrowsWithTheMatricesAndFallsWithTheReachOfScores) {
  const double first = FirstLambda(900.0, 18, 0.05, 300, 0.1);
  EXPECT_NEAR(first, 2160.0, 1e-9);
  EXPECT_NEAR(FirstLambda(900.0, 36, 0.05, 300, 0.1), 2.0 * first, 1e-9);
  EXPECT_NEAR(FirstLambda(900.0, 18, 0.05, 1500, 0.1), first / 5.0, 1e-9);
  EXPECT_NEAR(FirstLambda(900.0, 18, 0.05, 300, 0.025), 2.0 * first, 1e-9);
}

}  // namespace
}  // namespace sparsweep::core
