#include "pruning_core/train/fine_pruner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>
#include <string>

#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/pruning_core/train/attempt.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::core {
namespace {

using test::Attempt;
using test::Bytes;
using test::RunAttempt;

class FinePrunerMethods : public ::testing::TestWithParam<const char*> {
 protected:
  test::TemporaryFolder folder_;
  contract::TrialSpec spec_ = test::TinyTrial(folder_.path(), GetParam());
};

// The accuracy of always saying the most frequent of the three labels lies below 0.45 on these
// examples.
TEST_P(FinePrunerMethods, LearnsAndReportsToTheEnd) {
  const Attempt attempt = RunAttempt(spec_);
  ASSERT_EQ(attempt.outcome, FinePruner::Outcome::kFinished);
  const auto accuracy = attempt.Metric("accuracy");
  ASSERT_EQ(accuracy.size(), 4u) << "steps 10, 20, 30 and the end";
  EXPECT_EQ(accuracy.back().first, 40);
  EXPECT_GT(accuracy.back().second, 0.6);
  EXPECT_EQ(attempt.Metric("loss").size(), 40u);
  ASSERT_TRUE(std::holds_alternative<contract::Started>(attempt.events.front().body));
  EXPECT_EQ(std::get<contract::Started>(attempt.events.front().body).prunable, test::kTinyPrunable);
  const size_t n = attempt.events.size();
  ASSERT_TRUE(std::holds_alternative<contract::Density>(attempt.events[n - 2].body));
  ASSERT_TRUE(std::holds_alternative<contract::Finished>(attempt.events[n - 1].body));
  EXPECT_EQ(std::get<contract::Finished>(attempt.events[n - 1].body).score, accuracy.back().second);
  const auto& density = std::get<contract::Density>(attempt.events[n - 2].body);
  int64_t ones = 0;
  for (const auto& [name, kept] : density.matrices) ones += kept;
  EXPECT_EQ(density.matrices.size(), 12u);
  EXPECT_EQ(static_cast<double>(ones) / test::kTinyPrunable, density.overall);
  if (spec_.pruning.density) {
    EXPECT_EQ(density.overall, *spec_.pruning.density);
  }
  if (spec_.pruning.lambda) {
    EXPECT_LT(density.overall, 0.9);
    EXPECT_GT(density.overall, 0.01);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FinePrunerMethods,
                         ::testing::Values("dense", "magnitude", "movement", "soft_movement", "l0"),
                         [](const auto& test) { return std::string(test.param); });

class FinePrunerTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_;
  contract::TrialSpec spec_ = test::TinyTrial(folder_.path(), "movement");

  std::string Refusal() {
    try {
      (void)RunAttempt(spec_);
      return "";
    } catch (const UserError& error) {
      message_ = error.message();
      return error.reason();
    }
  }
  std::string message_;
};

TEST_F(FinePrunerTest, ALossMeanSpansACheckpoint) {
  spec_.training.steps = 250;  // a mean of two steps each
  const auto whole = RunAttempt(spec_).Metric("loss");
  ASSERT_EQ(whole.size(), 125u);
  contract::TrialSpec first = spec_;
  first.directory = folder_.File("first");
  (void)RunAttempt(first, 7);
  spec_.directory = folder_.File("second");
  spec_.resume_from = first.directory + "/" + CheckpointFileName(7);
  const auto rest = RunAttempt(spec_).Metric("loss");
  ASSERT_EQ(rest.size(), 122u);
  EXPECT_EQ(rest.front(), whole[3]) << "step 8, the mean of steps 7 and 8";
}

TEST_F(FinePrunerTest, ACheckpointOfAnotherMethodIsRefused) {
  (void)RunAttempt(spec_);
  spec_.resume_from = spec_.directory + "/" + CheckpointFileName(40);
  spec_.directory = folder_.File("second");
  spec_.pruning.method = "magnitude";
  EXPECT_EQ(Refusal(), "CHECKPOINT_MISMATCH");
  EXPECT_THAT(message_,
              ::testing::HasSubstr("pruning.method is \"movement\" there and \"magnitude\" here"));
}

TEST_F(FinePrunerTest, ACheckpointOfAnotherModelIsRefused) {
  (void)RunAttempt(spec_);
  test::WriteTinyTeacher(spec_.model.path);  // other weights under the same path
  spec_ = test::Again(spec_, folder_.File("second"), spec_.directory);
  EXPECT_EQ(Refusal(), "CHECKPOINT_MISMATCH");
  EXPECT_THAT(message_, ::testing::HasSubstr("input_hash is \""));
}

TEST_F(FinePrunerTest, ADamagedCheckpointIsPassedOverWithAWarning) {
  (void)RunAttempt(spec_);
  const std::string newest = spec_.directory + "/" + CheckpointFileName(40);
  const std::string before = spec_.directory + "/" + CheckpointFileName(30);
  std::filesystem::resize_file(newest, 10'000);
  const contract::TrialSpec second = test::Again(spec_, folder_.File("second"), newest);
  const Attempt resumed = RunAttempt(second);
  EXPECT_EQ(resumed.events.front().step, 30);
  const auto warnings = resumed.All<contract::Warning>();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0].second.text,
              ::testing::AllOf(::testing::HasSubstr(newest), ::testing::HasSubstr(before)));
}

TEST_F(FinePrunerTest, AFinishedRunResumedFromItsLastCheckpointScoresTheSame) {
  const Attempt whole = RunAttempt(spec_);
  spec_.resume_from = spec_.directory + "/" + CheckpointFileName(40);
  spec_.directory = folder_.File("second");
  const Attempt resumed = RunAttempt(spec_);
  EXPECT_EQ(resumed.All<contract::Finished>().front().second.score,
            whole.All<contract::Finished>().front().second.score);
}

TEST_F(FinePrunerTest, ChangedInputIsRefused) {
  spec_.input_hash = std::string(32, '0');
  EXPECT_EQ(Refusal(), "INPUT_CHANGED");
}

TEST_F(FinePrunerTest, RanksThatDrawGatesApartAreRefused) {
  spec_.world.size = 2;
  spec_.pruning = test::TinyTrial(folder_.File("l0"), "l0").pruning;
  spec_.pruning.numerics = "reference";
  EXPECT_EQ(Refusal(), "BAD_SPEC");
  EXPECT_THAT(message_, ::testing::StartsWith("world.size: 2"));
}

TEST_F(FinePrunerTest, ALengthBeyondTheModelsPositionsIsRefused) {
  spec_.task.max_length = 33;
  EXPECT_EQ(Refusal(), "TOO_LONG");
}

TEST_F(FinePrunerTest, ADensityThatKeepsNoWeightIsRefused) {
  spec_.pruning.density = 1e-9;
  EXPECT_EQ(Refusal(), "NOTHING_KEPT");
  EXPECT_THAT(message_, ::testing::StartsWith("pruning.density: 1e-09 keeps none of the model's"));
  spec_.pruning.density.reset();
  spec_.pruning.target_density = 1e-9;
  EXPECT_EQ(Refusal(), "NOTHING_KEPT");
  EXPECT_THAT(message_, ::testing::StartsWith("pruning.target_density: 1e-09"));
}

TEST_F(FinePrunerTest, ALossThatIsNotFiniteEndsTheRunWithTheStep) {
  spec_.training.learning_rate = 1e30;
  spec_.training.max_grad_norm = 0;
  try {
    (void)RunAttempt(spec_);
    FAIL() << "finished";
  } catch (const NumericError& error) {
    EXPECT_GT(error.step(), 0);
    EXPECT_LT(error.step(), 40);
    EXPECT_FALSE(error.matrix().empty()) << "weights of that size have no finite products";
  }
}

// The rate explodes between two checkpoints; what was written before stays and is whole.
TEST_F(FinePrunerTest, TheLastGoodCheckpointStaysWhenNumbersRunAway) {
  const Attempt good = RunAttempt(test::Again(spec_, folder_.File("good")));
  ASSERT_EQ(good.outcome, FinePruner::Outcome::kFinished);
  spec_.training.learning_rate = 1e37;
  spec_.training.warmup_steps = 30;  // grows from 0
  spec_.training.max_grad_norm = 0;
  spec_.training.checkpoint_every = 1;
  spec_.pruning.final_warmup = spec_.pruning.initial_warmup = 0.1;
  EXPECT_THROW((void)RunAttempt(spec_), NumericError);
  int checkpoints = 0;
  for (const auto& entry : std::filesystem::directory_iterator(spec_.directory)) {
    const auto step = CheckpointStep(entry.path().filename().string());
    if (!step) continue;
    ++checkpoints;
    EXPECT_THROW((void)RunAttempt(test::Again(spec_, folder_.File(std::to_string(*step)),
                                              entry.path().string())),
                 NumericError)
        << "whole, and leads to the same end";
  }
  EXPECT_GT(checkpoints, 0);
}

TEST_F(FinePrunerTest, HistogramsOfWeightsAndScoresComeWithEvaluations) {
  const auto histograms = RunAttempt(spec_).All<contract::Histogram>();
  ASSERT_EQ(histograms.size(), 4u * 24) << "weights and scores of 12 matrices at 4 evaluations";
  for (const auto& [step, histogram] : histograms) {
    EXPECT_EQ(histogram.counts.size(), 64u);
    const int64_t total =
        std::accumulate(histogram.counts.begin(), histogram.counts.end(), int64_t{0});
    EXPECT_EQ(total, histogram.name.find("attention") == std::string::npos ? 512 : 256);
    EXPECT_LT(histogram.low, histogram.high);
  }
}

TEST_F(FinePrunerTest, ATargetDensityIsReachedExactlyAndReported) {
  for (const char* method : {"magnitude", "movement", "soft_movement", "l0"}) {
    spec_ = test::TinyTrial(folder_.File(method), method);
    spec_.pruning.density.reset();
    spec_.pruning.lambda.reset();
    spec_.pruning.target_density = 0.25;
    const Attempt attempt = RunAttempt(spec_);
    const auto targets = attempt.All<contract::TargetDensity>();
    ASSERT_EQ(targets.size(), 1u) << method;
    EXPECT_EQ(targets[0].second.asked, 0.25);
    EXPECT_EQ(targets[0].second.reached, 0.25) << method;
    EXPECT_EQ(attempt.All<contract::Density>().back().second.overall, 0.25) << method;
  }
}

}  // namespace
}  // namespace sparsweep::core
