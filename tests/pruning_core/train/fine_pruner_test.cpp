#include "pruning_core/train/fine_pruner.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <ostream>

#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::core {
namespace {

using contract::TrainerEvent;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

struct Attempt {
  FinePruner::Outcome outcome;
  std::vector<TrainerEvent> events;

  template <class Body>
  std::vector<std::pair<int64_t, Body>> All() const {
    std::vector<std::pair<int64_t, Body>> found;
    for (const TrainerEvent& event : events) {
      if (const auto* body = std::get_if<Body>(&event.body)) found.emplace_back(event.step, *body);
    }
    return found;
  }
  std::vector<std::pair<int64_t, double>> Metric(const std::string& name) const {
    std::vector<std::pair<int64_t, double>> values;
    for (const auto& [step, metric] : All<contract::Metric>()) {
      if (metric.name == name) values.emplace_back(step, metric.value);
    }
    return values;
  }
};

// Runs the spec; asked to stop before step `stop_at` (counted from 0).
Attempt RunAttempt(const contract::TrialSpec& spec, int64_t stop_at = kNever) {
  at::set_num_threads(1);  // as the trainer does for one thread
  std::filesystem::create_directories(spec.directory);
  test::TestExecutor time;
  Attempt attempt;
  int64_t asked = 0;
  FinePruner pruner(spec, {.emit =
                               [&](int64_t step, contract::EventBody body) {
                                 attempt.events.push_back({attempt.events.size() + 1, step, body});
                               },
                           .stop_requested = [&] { return asked++ >= stop_at; },
                           .clock = time});
  attempt.outcome = pruner.Run();
  return attempt;
}

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

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

TEST_P(FinePrunerMethods, StoppedAnywhereAndResumedItEndsWithTheSameBits) {
  const Attempt whole = RunAttempt(spec_);
  for (const int64_t stop_at : {0, 7, 20, 33}) {
    contract::TrialSpec first = spec_;
    first.directory = folder_.File("first-" + std::to_string(stop_at));
    const Attempt begun = RunAttempt(first, stop_at);
    ASSERT_EQ(begun.outcome, FinePruner::Outcome::kStopped);

    contract::TrialSpec second = spec_;
    second.attempt_number = 2;
    second.directory = folder_.File("second-" + std::to_string(stop_at));
    second.resume_from = first.directory + "/" + CheckpointFileName(stop_at);
    const Attempt resumed = RunAttempt(second);
    ASSERT_EQ(resumed.outcome, FinePruner::Outcome::kFinished);

    for (const char* file :
         {"/masks.safetensors", "/model/model.safetensors", "/checkpoint-40.safetensors"}) {
      EXPECT_EQ(Bytes(second.directory + file), Bytes(spec_.directory + file)) << file << stop_at;
    }
    for (const char* metric : {"loss", "accuracy"}) {
      auto series = begun.Metric(metric);
      const auto rest = resumed.Metric(metric);
      series.insert(series.end(), rest.begin(), rest.end());
      EXPECT_EQ(series, whole.Metric(metric)) << metric << stop_at;
    }
    EXPECT_EQ(resumed.events.front().step, stop_at);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FinePrunerMethods,
                         ::testing::Values("dense", "magnitude", "movement", "soft_movement"),
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

// Its threshold is held for 25 steps, so a checkpoint must carry it.
TEST_F(FinePrunerTest, TheReferencesHeldThresholdSurvivesAResume) {
  spec_.pruning.numerics = "reference";
  spec_.pruning.selection = "global";
  (void)RunAttempt(spec_);
  for (const int64_t stop_at : {3, 18, 25, 33}) {
    contract::TrialSpec first = spec_;
    first.directory = folder_.File("first-" + std::to_string(stop_at));
    (void)RunAttempt(first, stop_at);
    contract::TrialSpec second = spec_;
    second.directory = folder_.File("second-" + std::to_string(stop_at));
    second.resume_from = first.directory + "/" + CheckpointFileName(stop_at);
    (void)RunAttempt(second);
    EXPECT_EQ(Bytes(second.directory + "/checkpoint-40.safetensors"),
              Bytes(spec_.directory + "/checkpoint-40.safetensors"))
        << stop_at;
  }
}

TEST_F(FinePrunerTest, ACheckpointOfAnotherMethodIsRefused) {
  (void)RunAttempt(spec_);
  spec_.resume_from = spec_.directory + "/" + CheckpointFileName(40);
  spec_.directory = folder_.File("second");
  spec_.pruning.method = "magnitude";
  EXPECT_EQ(Refusal(), "CHECKPOINT_MISMATCH");
  EXPECT_THAT(message_, ::testing::HasSubstr("pruning.method is \"movement\" there"));
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

TEST_F(FinePrunerTest, MoreThanOneRankAndOtherDevicesAreRefused) {
  spec_.world.size = 2;
  EXPECT_EQ(Refusal(), "BAD_SPEC");
  EXPECT_THAT(message_, ::testing::StartsWith("world.size: 2"));
  spec_.world.size = 1;
  spec_.device = "cuda:0";
  EXPECT_EQ(Refusal(), "BAD_SPEC");
  EXPECT_THAT(message_, ::testing::StartsWith("device: 'cuda:0'"));
}

TEST_F(FinePrunerTest, ALengthBeyondTheModelsPositionsIsRefused) {
  spec_.task.max_length = 33;
  EXPECT_EQ(Refusal(), "TOO_LONG");
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
  }
}

}  // namespace
}  // namespace sparsweep::core
