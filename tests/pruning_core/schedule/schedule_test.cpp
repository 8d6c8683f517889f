#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pruning_core/schedule/learning_rate.h"
#include "pruning_core/schedule/sparsity_schedule.h"

namespace sparsweep::core {
namespace {

// tests/golden/schedule.json: values of the reference's function.
TEST(SparsitySchedule, EqualsTheReference) {
  std::ifstream stream(SPARSWEEP_SOURCE_DIR "/tests/golden/schedule.json");
  const auto runs = nlohmann::json::parse(stream);
  int points = 0;
  for (const auto& [name, run] : runs.items()) {
    const auto& config = run["config"];
    const SparsitySchedule schedule{
        config["initial_threshold"], config["final_threshold"],
        config["final_lambda"],      static_cast<int64_t>(config["total_step"].get<double>()),
        config["warmup_steps"],      config["initial_warmup"],
        config["final_warmup"]};
    for (const auto& point : run["points"]) {
      const int64_t step = point[0];
      const double v = point[1];
      const double lambda = point[2];
      EXPECT_NEAR(schedule.Threshold(step), v, 1e-12 * v) << name << " " << step;
      EXPECT_NEAR(schedule.Lambda(step), lambda, 1e-12 * lambda) << name << " " << step;
      ++points;
    }
  }
  EXPECT_GT(points, 20);
}

TEST(SparsitySchedule, EndsAtTheFinalValueWithoutAFinalWarmup) {
  const SparsitySchedule schedule{1.0, 0.03, 0.0, 300, 30, 1.0, 0.0};
  EXPECT_EQ(schedule.Threshold(30), 1.0);
  EXPECT_LT(schedule.Threshold(31), 1.0);
  EXPECT_EQ(schedule.Threshold(300), 0.03);
}

TEST(SparsitySchedule, OneShotDropsAtTheEndOfTheInitialWarmup) {
  SparsitySchedule schedule{1.0, 0.03, 0.0, 300, 30, 2.0, 1.0};
  schedule.one_shot = true;
  EXPECT_EQ(schedule.Threshold(0), 1.0);
  EXPECT_EQ(schedule.Threshold(60), 1.0);
  EXPECT_EQ(schedule.Threshold(61), 0.03);
  EXPECT_EQ(schedule.Threshold(300), 0.03);
}

TEST(SparsitySchedule, HasNoLambdaWhereNoneIsAsked) {
  const SparsitySchedule schedule{1.0, 0.0, 0.0, 300, 30, 1.0, 1.0};  // final 0: no 0/0
  EXPECT_EQ(schedule.Lambda(300), 0.0);
}

TEST(LearningRate, RisesThenFallsToZero) {
  EXPECT_EQ(LearningRateFactor(0, 3, 20), 0.0);
  EXPECT_EQ(LearningRateFactor(1, 3, 20), 1.0 / 3.0);
  EXPECT_EQ(LearningRateFactor(3, 3, 20), 1.0);
  EXPECT_EQ(LearningRateFactor(19, 3, 20), 1.0 / 17.0);
  EXPECT_EQ(LearningRateFactor(20, 3, 20), 0.0);
  EXPECT_EQ(LearningRateFactor(25, 3, 20), 0.0);
}

TEST(LearningRate, StartsAtOneWithoutWarmup) { EXPECT_EQ(LearningRateFactor(0, 0, 20), 1.0); }

}  // namespace
}  // namespace sparsweep::core
