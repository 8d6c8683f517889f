// A trainer killed at a random step or stopped, and the attempt that goes on from its checkpoints.
//
// Two kills of each variant; twenty with SPARSWEEP_LONG=1, and then the quickstart's model too.
// Where they fall is drawn from a seed that is printed; SPARSWEEP_SEED draws the same again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "tests/support/tiny_variants.h"
#include "tests/trainer/child_process.h"
#include "tests/trainer/trainer_trial.h"

namespace sparsweep::test {
namespace {

bool Long() {
  const char* const given = std::getenv("SPARSWEEP_LONG");
  return given != nullptr && std::string_view(given) == "1";
}

uint64_t Seed() {
  const char* const given = std::getenv("SPARSWEEP_SEED");
  return given != nullptr ? std::stoull(given) : std::random_device{}();
}

// Names of the complete checkpoints.
std::vector<std::string> Checkpoints(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("checkpoint-") && name.ends_with(".safetensors")) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

class ResumeProcessTest : public ::testing::TestWithParam<TinyVariant> {
 protected:
  ResumeProcessTest() : spec_(GetParam().make(folder_.path())) {
    spec_.training.steps *= 3;
    spec_.training.checkpoint_every = 7;
  }

  // The unbroken run, whose last step is last_.
  void SetUp() override {
    ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec_)});
    ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
    last_ = ReadEvents(spec_.directory).back().step;
  }

  contract::TrialSpec NextAttempt(const std::string& resume_from) {
    contract::TrialSpec spec = spec_;
    spec.attempt_number = ++attempts_;
    spec.directory = folder_.File("attempt-" + std::to_string(attempts_));
    spec.resume_from = resume_from;
    return spec;
  }

  // Sends the signal once the trainer has said that it has done `step` steps; its exit code.
  int RunInto(const contract::TrialSpec& spec, int64_t step, int signal_number) {
    ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec)});
    EXPECT_TRUE(trainer.RunUntil([&] {
      const auto events = ReadEvents(spec.directory);
      return !events.empty() && events.back().step >= step;
    })) << trainer.Stderr();
    trainer.Signal(signal_number);
    return trainer.Wait();
  }

  // A signal may come after the last checkpoint; then `killed` has it and the next attempt writes
  // none.
  void ExpectTheSameEnd(const contract::TrialSpec& spec, const std::string& killed) {
    ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec)});
    ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
    const std::string checkpoint = "/checkpoint-" + std::to_string(last_) + ".safetensors";
    const bool was_last = std::filesystem::exists(killed + checkpoint);
    for (const auto& [directory, file] :
         {std::pair(spec.directory, std::string("/masks.safetensors")),
          std::pair(spec.directory, std::string("/model/model.safetensors")),
          std::pair(was_last ? killed : spec.directory, checkpoint)}) {
      EXPECT_TRUE(FileBytes(directory + file) == FileBytes(spec_.directory + file)) << file;
      EXPECT_NE(FileBytes(directory + file), "") << file;
    }
    const auto events = ReadEvents(spec.directory);
    const auto whole = ReadEvents(spec_.directory);
    EXPECT_EQ(events.front().sequence, 1u);
    EXPECT_EQ(std::get<contract::Finished>(events.back().body).score,
              std::get<contract::Finished>(whole.back().body).score);
  }

  void KillAndGoOn(int kills) {
    const uint64_t seed = Seed();
    std::printf("SPARSWEEP_SEED=%lu\n", seed);
    std::mt19937_64 random(seed);
    for (int kill = 0; kill < kills; ++kill) {
      const auto step = 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(last_ - 1));
      SCOPED_TRACE("kill at step " + std::to_string(step));
      const contract::TrialSpec killed = NextAttempt("");
      const int exit_code = RunInto(killed, step, SIGKILL);
      if (exit_code == 0) {  // it was done before the signal came
        --kill;
        continue;
      }
      ASSERT_EQ(exit_code, 128 + SIGKILL);
      const bool begun = !Checkpoints(killed.directory).empty();
      const contract::TrialSpec resumed = NextAttempt(begun ? killed.directory : "");
      ExpectTheSameEnd(resumed, killed.directory);
      EXPECT_EQ(ReadEvents(resumed.directory).front().step > 0, begun);
      std::filesystem::remove_all(killed.directory);
      std::filesystem::remove_all(resumed.directory);
    }
  }

  TemporaryFolder folder_;
  contract::TrialSpec spec_;
  uint32_t attempts_ = 1;
  int64_t last_ = 0;
};

TEST_P(ResumeProcessTest, KilledAtAnyStepItEndsWithTheSameBits) { KillAndGoOn(Long() ? 20 : 2); }

INSTANTIATE_TEST_SUITE_P(All, ResumeProcessTest, ::testing::ValuesIn(TinyVariants()),
                         [](const auto& test) { return test.param.name; });

// The quickstart's model and text, once per method.
TinyVariant Quickstart(const std::string& method) {
  return {method, [method](const std::string& folder) {
            const std::string data = SPARSWEEP_QUICKSTART;
            contract::TrialSpec spec = TinyTrial(folder, method);
            spec.model = {.path = data + "/model", .layers = 2, .pooling = "mean"};
            spec.task.train = data + "/wordnet.train.tsv";
            spec.task.dev = data + "/wordnet.dev.tsv";
            spec.task.format.text = {"definition"};
            spec.task.max_length = 32;
            spec.task.dev_limit = 300;
            spec.training.steps = 12;
            spec.training.batch = 32;
            spec.training.learning_rate = 5e-4;
            spec.training.head_learning_rate = 3e-3;
            return spec;
          }};
}

class QuickstartResumeProcessTest : public ResumeProcessTest {
  void SetUp() override {
    if (!Long()) GTEST_SKIP() << "takes minutes: set SPARSWEEP_LONG=1";
    if (!std::filesystem::exists(spec_.model.path)) GTEST_SKIP() << "no " << spec_.model.path;
    ResumeProcessTest::SetUp();
  }
};

TEST_P(QuickstartResumeProcessTest, KilledAtAnyStepItEndsWithTheSameBits) { KillAndGoOn(1); }

INSTANTIATE_TEST_SUITE_P(All, QuickstartResumeProcessTest,
                         ::testing::Values(Quickstart("dense"), Quickstart("magnitude"),
                                           Quickstart("movement"), Quickstart("soft_movement"),
                                           Quickstart("l0")),
                         [](const auto& test) { return test.param.name; });

class StopProcessTest : public ResumeProcessTest {};

TEST_P(StopProcessTest, StoppedAndResumedItEndsWithTheSameBits) {
  const contract::TrialSpec stopped = NextAttempt("");
  ASSERT_EQ(RunInto(stopped, 20, SIGTERM), 8);
  const contract::TrainerError error = ReadError(stopped.directory);
  EXPECT_EQ(error.failure_class, contract::FailureClass::kStopped);
  const std::string checkpoint = "checkpoint-" + std::to_string(error.step) + ".safetensors";
  EXPECT_THAT(Checkpoints(stopped.directory), ::testing::Contains(checkpoint));
  ExpectTheSameEnd(NextAttempt(stopped.directory + "/" + checkpoint), stopped.directory);
}

INSTANTIATE_TEST_SUITE_P(Some, StopProcessTest,
                         ::testing::Values(TinyVariants().front(), TinyVariants().back()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sparsweep::test
