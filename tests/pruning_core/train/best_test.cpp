// Keeping the best weights, and ending when nothing gets better.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "contract/mask_file.h"
#include "pruning_core/train/best_keeper.h"
#include "tests/pruning_core/train/attempt.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::core {
namespace {

using test::Attempt;
using test::RunAttempt;

contract::TrialSpec Spec(const std::string& method) {
  contract::TrialSpec spec;
  spec.training.steps = 100;
  spec.training.warmup_steps = 10;
  spec.training.keep = "best";
  spec.pruning.method = method;
  spec.pruning.final_warmup = 2;
  if (method == "movement") spec.pruning.density = 0.1;
  if (method == "soft_movement") spec.pruning.lambda = 10;
  if (method == "l0") spec.pruning.lambda = 10;
  return spec;
}

BestKeeper Keeper(const contract::TrialSpec& spec, bool larger_is_better = true) {
  return {spec, MakeHyperparameters(spec.training, spec.pruning), larger_is_better};
}

TEST(BestKeeperTest, CountsOnlyWhereTheScheduleHasItsFinalValue) {
  EXPECT_TRUE(Keeper(Spec("dense")).Counts(1));
  for (const char* method : {"movement", "soft_movement", "l0"}) {
    EXPECT_FALSE(Keeper(Spec(method)).Counts(79)) << method;
    EXPECT_TRUE(Keeper(Spec(method)).Counts(80)) << method;
    EXPECT_TRUE(Keeper(Spec(method)).Counts(100)) << method;
  }
  contract::TrialSpec one_shot = Spec("movement");
  one_shot.pruning.schedule = "one_shot";
  EXPECT_FALSE(Keeper(one_shot).Counts(10));
  EXPECT_TRUE(Keeper(one_shot).Counts(11));
}

TEST(BestKeeperTest, TakesTheFirstOfEqualsAndTheBetterSide) {
  BestKeeper larger = Keeper(Spec("dense"));
  EXPECT_TRUE(larger.Take(10, -0.5));
  EXPECT_FALSE(larger.Take(20, -0.5));
  EXPECT_TRUE(larger.Take(30, 0.0));
  EXPECT_EQ(larger.state().step, 30);
  EXPECT_EQ(larger.state().evaluations_since, 0);
  BestKeeper smaller = Keeper(Spec("dense"), false);
  EXPECT_TRUE(smaller.Take(10, 2.0));
  EXPECT_FALSE(smaller.Take(20, 3.0));
  EXPECT_TRUE(smaller.Take(30, 1.0));
}

TEST(BestKeeperTest, PatienceCountsEvaluationsThatWereNotBetter) {
  contract::TrialSpec spec = Spec("dense");
  spec.training.patience = 2;
  BestKeeper keeper = Keeper(spec);
  (void)keeper.Take(10, 0.5);
  (void)keeper.Take(20, 0.4);
  EXPECT_FALSE(keeper.PatienceOver());
  (void)keeper.Take(30, 0.5);
  EXPECT_TRUE(keeper.PatienceOver());
  (void)keeper.Take(40, 0.6);
  EXPECT_FALSE(keeper.PatienceOver());
}

class BestTest : public ::testing::TestWithParam<const char*> {
 protected:
  // Final from step 16 of 40 on, evaluated at every other step, at a rate at which it jumps about.
  BestTest() {
    spec_.training.keep = "best";
    spec_.training.evaluate_every = 2;
    spec_.pruning.final_warmup = 6;
  }
  test::TemporaryFolder folder_;
  contract::TrialSpec spec_ = test::TinyTrial(folder_.path(), GetParam());
};

// Exported, the best weights score what they scored in the run: a dense run of one step that learns
// nothing starts from them.
TEST_P(BestTest, WhatIsExportedAndScoredIsTheBest) {
  spec_.model.pooling = "cls";
  const Attempt attempt = RunAttempt(spec_);
  double best = 0;
  for (const auto& [step, accuracy] : attempt.Metric("accuracy")) {
    const bool counts = std::string_view(GetParam()) == "dense" || step >= 16;
    if (counts) best = std::max(best, accuracy);
  }
  EXPECT_EQ(attempt.score(), best);
  const auto masks = contract::ParseMaskFile(test::Bytes(spec_.directory + "/masks.safetensors"));
  ASSERT_TRUE(masks.ok());
  const auto density = attempt.All<contract::Density>().back().second;
  for (const auto& mask : *masks) EXPECT_EQ(density.matrices.at(mask.name), mask.Ones());

  contract::TrialSpec probe = test::TinyTrial(folder_.File("probe"), "dense");
  probe.model = {.path = spec_.directory + "/model", .layers = 0, .pooling = "cls"};
  probe.task = spec_.task;
  probe.training.steps = 1;
  probe.training.warmup_steps = 0;
  probe.training.learning_rate = 1e-30;
  probe.training.head_learning_rate = 1e-30;
  probe.training.evaluate_every = 0;
  EXPECT_EQ(RunAttempt(probe).score(), attempt.score());
}

INSTANTIATE_TEST_SUITE_P(All, BestTest,
                         ::testing::Values("dense", "movement", "soft_movement", "l0"),
                         [](const auto& test) { return std::string(test.param); });

TEST(PatienceTest, EndsTheRunEarlyAndSaysSo) {
  const test::TemporaryFolder folder;
  contract::TrialSpec spec = test::TinyTrial(folder.path(), "dense");
  spec.training.evaluate_every = 1;
  spec.training.steps = 300;
  spec.training.patience = 3;
  const Attempt attempt = RunAttempt(spec);
  ASSERT_EQ(attempt.outcome, FinePruner::Outcome::kFinished);
  EXPECT_LT(attempt.events.back().step, 300);
  const auto warnings = attempt.All<contract::Warning>();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0].second.text,
              ::testing::AllOf(::testing::StartsWith("ended early after step "),
                               ::testing::HasSubstr("no better accuracy"),
                               ::testing::HasSubstr("in 3 evaluations")));
  EXPECT_EQ(attempt.score(), attempt.Metric("accuracy").back().second) << "keep: last";
}

}  // namespace
}  // namespace sparsweep::core
