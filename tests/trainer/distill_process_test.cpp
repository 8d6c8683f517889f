// Trainers that share a teacher.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <memory>

#include "tests/trainer/child_process.h"
#include "tests/trainer/trainer_trial.h"

namespace sparsweep::test {
namespace {

class DistillProcessTest : public ::testing::Test {
 protected:
  DistillProcessTest() {
    WriteTinyTeacher(folder_.File("teacher"));
    spec_.training.teacher = folder_.File("teacher");
    spec_.cache_directory = folder_.File("cache");
  }
  contract::TrialSpec Attempt(uint32_t number) const {
    contract::TrialSpec spec = spec_;
    spec.attempt_number = number;
    spec.directory = folder_.File("attempt-" + std::to_string(number));
    return spec;
  }
  // Examples that the teacher has gone through in this run; -1 = it was not needed.
  static int64_t Taught(const contract::TrialSpec& spec) {
    int64_t taught = -1;
    for (const auto& event : ReadEvents(spec.directory)) {
      if (const auto* stage = std::get_if<contract::Stage>(&event.body)) taught = stage->done;
    }
    return taught;
  }

  TemporaryFolder folder_;
  contract::TrialSpec spec_ = TinyTrial(folder_.path(), "movement");
};

TEST_F(DistillProcessTest, OneComputesForAllAndTheBitsAreThoseOfEachAlone) {
  std::vector<contract::TrialSpec> specs;
  std::vector<std::unique_ptr<ChildProcess>> trainers;
  std::vector<std::unique_ptr<TemporaryFolder>> outputs;
  for (uint32_t number = 1; number <= 3; ++number) {
    specs.push_back(Attempt(number));
    outputs.push_back(std::make_unique<TemporaryFolder>());
    trainers.push_back(std::make_unique<ChildProcess>(
        outputs.back()->path(),
        std::vector<std::string>{"train", WriteSpec(folder_, specs.back())}));
  }
  int computed = 0;
  for (size_t i = 0; i < trainers.size(); ++i) {
    ASSERT_EQ(trainers[i]->Wait(), 0) << trainers[i]->Stderr();
    computed += Taught(specs[i]) == 400 ? 1 : 0;
  }
  EXPECT_EQ(computed, 1);
  contract::TrialSpec alone = Attempt(4);
  alone.cache_directory = "";
  ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, alone)});
  ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
  EXPECT_EQ(Taught(alone), 400);
  for (const contract::TrialSpec& spec : specs) {
    EXPECT_TRUE(FileBytes(spec.directory + "/checkpoint-40.safetensors") ==
                FileBytes(alone.directory + "/checkpoint-40.safetensors"));
  }
}

TEST_F(DistillProcessTest, AKilledComputationLeavesNothingInTheWay) {
  spec_.task.max_length = 12;
  WriteTinyData(spec_.task.train, 60'000, 1);
  const contract::TrialSpec killed = Attempt(1);
  ChildProcess first(folder_.path(), {"train", WriteSpec(folder_, killed)});
  ASSERT_TRUE(first.RunUntil([&] { return Taught(killed) >= 0; }));
  first.Signal(SIGKILL);
  ASSERT_EQ(first.Wait(), 128 + SIGKILL);
  EXPECT_THAT(FileBytes(killed.directory + "/events.jsonl"), ::testing::HasSubstr("teacher"));
  const contract::TrialSpec next = Attempt(2);
  ChildProcess second(folder_.path(), {"train", WriteSpec(folder_, next)});
  ASSERT_EQ(second.Wait(), 0) << second.Stderr();
  EXPECT_EQ(Taught(next), 60'000);
}

TEST_F(DistillProcessTest, StoppedWhileTheTeacherComputesItEndsAsStopped) {
  WriteTinyData(spec_.task.train, 60'000, 1);
  const contract::TrialSpec stopped = Attempt(1);
  ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, stopped)});
  ASSERT_TRUE(trainer.RunUntil([&] { return Taught(stopped) >= 0; }));
  trainer.Signal(SIGTERM);
  EXPECT_EQ(trainer.Wait(), 8) << trainer.Stderr();
  EXPECT_EQ(ReadError(stopped.directory).step, 0);
}

// The logits of 60,000 examples take 720 kB.
TEST_F(DistillProcessTest, ADiskThatIsFullIsADiskErrorAndLeavesNoFile) {
  WriteTinyData(spec_.task.train, 60'000, 1);
  const contract::TrialSpec spec = Attempt(1);
  ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec)},
                       {.file_bytes = 500'000});
  EXPECT_EQ(trainer.Wait(), 7) << trainer.Stderr();
  EXPECT_EQ(ReadError(spec.directory).failure_class, contract::FailureClass::kDisk);
  for (const auto& entry : std::filesystem::directory_iterator(spec.cache_directory)) {
    EXPECT_EQ(entry.path().extension(), ".lock") << entry.path();
  }
}

}  // namespace
}  // namespace sparsweep::test
