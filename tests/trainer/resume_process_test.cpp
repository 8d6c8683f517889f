// A trainer killed or stopped in the middle, and the attempt that goes on from its checkpoint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>

#include "tests/trainer/child_process.h"
#include "tests/trainer/trainer_trial.h"

namespace sparsweep::test {
namespace {

// The complete checkpoint with the highest step.
std::string NewestCheckpoint(const std::string& directory) {
  std::string newest;
  int64_t highest = -1;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("checkpoint-") || !name.ends_with(".safetensors")) continue;
    const int64_t step = std::stoll(name.substr(name.find('-') + 1));
    if (step > highest) newest = entry.path();
    highest = std::max(highest, step);
  }
  return newest;
}

class ResumeProcessTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    spec_.training.steps = 600;
    spec_.training.checkpoint_every = 40;
    spec_.training.evaluate_every = 0;
    ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec_)});
    ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
  }

  // A trial's spec of its own folder.
  contract::TrialSpec Attempt(uint32_t number, const std::string& resume_from) const {
    contract::TrialSpec spec = spec_;
    spec.attempt_number = number;
    spec.directory = folder_.File("attempt-" + std::to_string(number));
    spec.resume_from = resume_from;
    return spec;
  }

  // Ends it by `signal_number` once it has written its second checkpoint.
  int RunInto(const contract::TrialSpec& spec, int signal_number) {
    ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec)});
    EXPECT_TRUE(trainer.RunUntil([&] {
      const auto events = ReadEvents(spec.directory);
      return std::count_if(events.begin(), events.end(), [](const auto& event) {
               return std::holds_alternative<contract::CheckpointWritten>(event.body);
             }) >= 2;
    }));
    trainer.Signal(signal_number);
    return trainer.Wait();
  }

  void ExpectTheSameEnd(const contract::TrialSpec& spec) {
    ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec)});
    ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
    for (const char* file :
         {"/masks.safetensors", "/model/model.safetensors", "/checkpoint-600.safetensors"}) {
      EXPECT_TRUE(FileBytes(spec.directory + file) == FileBytes(spec_.directory + file)) << file;
    }
    const auto events = ReadEvents(spec.directory);
    const auto whole = ReadEvents(spec_.directory);
    EXPECT_EQ(events.front().sequence, 1u);
    EXPECT_GT(events.front().step, 0);
    EXPECT_EQ(std::get<contract::Finished>(events.back().body).score,
              std::get<contract::Finished>(whole.back().body).score);
  }

  TemporaryFolder folder_;
  contract::TrialSpec spec_ = TinyTrial(folder_.path(), GetParam());
};

TEST_P(ResumeProcessTest, KilledAndResumedItEndsWithTheSameBits) {
  const contract::TrialSpec killed = Attempt(2, "");
  ASSERT_EQ(RunInto(killed, SIGKILL), 128 + SIGKILL);
  ExpectTheSameEnd(Attempt(3, NewestCheckpoint(killed.directory)));
}

TEST_P(ResumeProcessTest, StoppedAndResumedItEndsWithTheSameBits) {
  const contract::TrialSpec stopped = Attempt(2, "");
  ASSERT_EQ(RunInto(stopped, SIGTERM), 8);
  const contract::TrainerError error = ReadError(stopped.directory);
  EXPECT_EQ(error.failure_class, contract::FailureClass::kStopped);
  const std::string checkpoint = NewestCheckpoint(stopped.directory);
  EXPECT_THAT(checkpoint,
              ::testing::EndsWith("checkpoint-" + std::to_string(error.step) + ".safetensors"));
  ExpectTheSameEnd(Attempt(3, checkpoint));
}

INSTANTIATE_TEST_SUITE_P(All, ResumeProcessTest,
                         ::testing::Values("dense", "magnitude", "movement", "soft_movement"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace sparsweep::test
