// What the worker does while things go as they should, and when trials fail.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "contract/mask_file.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "tests/support/scripted_trainer_files.h"
#include "tests/worker/worker_under_test.h"
#include "worker/trial_directory.h"

namespace sparsweep::test {
namespace {

using std::chrono::seconds;
using State = FakeCoordinator::State;
using worker::AttemptId;

class WorkerProcessTest : public testing::Test {
 protected:
  // The score of the spec as the trainer reads it: the worker's spec.json.
  double Expected(int trial, uint32_t attempt_number = 1) {
    const auto json =
        base::ReadFile(worker_.AttemptFolder(trial, attempt_number) + "/spec.json", 1 << 20);
    return ExpectedScore(contract::ParseTrialSpec(json.value()).value());
  }
  static double Score(const FakeCoordinator::Attempt& attempt) {
    const auto last = contract::ParseTrainerEvent(attempt.events.back().json());
    return std::get<contract::Finished>(last.value().body).score;
  }

  WorkerUnderTest worker_;
  const AttemptId first_{"t-000001", 1};
};

TEST_F(WorkerProcessTest, RunsALeaseToItsOutcome) {
  worker_.coordinator().Lease(worker_.Spec(1, 20), "cpu:1", seconds(60));
  worker_.Start();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(first_);
  EXPECT_TRUE(attempt.outcome->succeeded()) << attempt.outcome->DebugString();
  EXPECT_EQ(attempt.outcome->exit_code(), 0);
  for (size_t i = 0; i < attempt.events.size(); ++i) {
    EXPECT_EQ(attempt.events[i].sequence(), i + 1);
  }
  EXPECT_DOUBLE_EQ(Score(attempt), Expected(1));
  const State state = worker_.coordinator().Snapshot();
  const auto masks = contract::ParseMaskFile(state.masks.at(state.mask_of.at(first_)));
  ASSERT_TRUE(masks.ok());
  EXPECT_EQ((*masks)[0].Ones(), 102);
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
  EXPECT_TRUE(std::filesystem::is_empty(worker_.folder().File("worker/running")));
  kill(worker_.process().pid(), SIGTERM);
  EXPECT_EQ(worker_.WaitForExit(), 0);
  for (const auto& file : std::filesystem::directory_iterator(worker_.AttemptFolder(1, 1))) {
    EXPECT_LT(worker::CheckpointStep(file.path().filename().string()), 0) << file.path();
  }
}

TEST_F(WorkerProcessTest, TellsWhatItIs) {
  worker_.Start();
  ASSERT_TRUE(worker_.coordinator().WaitUntil([](const State& state) { return state.syncs > 0; }));
  const v1::SyncRequest sync = worker_.coordinator().Snapshot().last_sync;
  EXPECT_EQ(sync.worker(), "w");
  EXPECT_EQ(sync.instance().size(), 36U);
  ASSERT_EQ(sync.slots_size(), 2);
  EXPECT_EQ(sync.slots(0).name(), "cpu:0");
  EXPECT_EQ(sync.slots(1).device(), "cpu");
  EXPECT_FALSE(sync.version().empty());
}

TEST_F(WorkerProcessTest, HandsTheTrainerTheSpecWithItsOwnFields) {
  v1::TrialSpec spec = worker_.Spec(1, 1000);
  spec.set_threads(0);
  worker_.coordinator().Lease(spec, "cpu:1", seconds(60));
  worker_.Start();
  const std::string folder = worker_.AttemptFolder(1);
  ASSERT_TRUE(worker_.WaitForFile(folder + "/events.jsonl"));
  const auto parsed =
      contract::ParseTrialSpec(base::ReadFile(folder + "/spec.json", 1 << 20).value());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->directory, folder);
  EXPECT_EQ(parsed->device, "cpu");
  EXPECT_EQ(parsed->threads, 1U);
  EXPECT_EQ(parsed->resume_from, "");
  EXPECT_EQ(parsed->pruning.density, 0.1);
  EXPECT_FALSE(parsed->pruning.lambda.has_value());
}

TEST_F(WorkerProcessTest, ChecksASweepsInputs) {
  v1::TrialSpec wrong = worker_.Spec(2, 20);
  wrong.mutable_model()->set_path("/no/such/model");
  worker_.coordinator().WantCheck("good", worker_.Spec(1, 20));
  worker_.coordinator().WantCheck("bad", wrong);
  worker_.Start();
  ASSERT_TRUE(
      worker_.coordinator().WaitUntil([](const State& state) { return state.checks.size() == 2; }));
  for (const v1::ReportCheckRequest& check : worker_.coordinator().Snapshot().checks) {
    if (check.sweep() == "good") {
      EXPECT_EQ(check.input_hash().size(), 16U);
      EXPECT_FALSE(check.has_failure());
    } else {
      EXPECT_EQ(check.failure().failure_class(), "user");
      EXPECT_EQ(check.failure().field(), "model.path");
      EXPECT_NE(check.failure().message().find("/no/such/model"), std::string::npos);
      EXPECT_EQ(check.input_hash(), "");
    }
  }
}

TEST_F(WorkerProcessTest, AnUploadThatBreaksGoesOn) {
  worker_.coordinator().BreakUploadAfter(1);
  worker_.coordinator().Lease(worker_.Spec(1, 5), "cpu:0", seconds(60));
  worker_.Start();
  EXPECT_TRUE(worker_.Outcome(first_).outcome->succeeded());
  EXPECT_TRUE(worker_.coordinator().Snapshot().mask_of.contains(first_));
}

struct Misbehavior {
  const char* rule;
  const char* failure_class;
  const char* reason;
  int exit_code;
};

class WorkerFailureTest : public WorkerProcessTest,
                          public testing::WithParamInterface<Misbehavior> {};

TEST_P(WorkerFailureTest, BecomesTheOutcome) {
  worker_.SetScript(std::string(R"({"rules": [{"step": 7, )") + GetParam().rule + "}]}");
  worker_.coordinator().Lease(worker_.Spec(1, 1000), "cpu:0", seconds(60));
  worker_.Start();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(first_);
  EXPECT_FALSE(attempt.outcome->succeeded());
  EXPECT_EQ(attempt.outcome->failure().failure_class(), GetParam().failure_class);
  EXPECT_EQ(attempt.outcome->failure().reason(), GetParam().reason);
  EXPECT_EQ(attempt.outcome->exit_code(), GetParam().exit_code);
  // `started` and what step 5 said, whatever happened after.
  EXPECT_EQ(attempt.events.size(), 4U);
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
}

INSTANTIATE_TEST_SUITE_P(
    Trainers, WorkerFailureTest,
    testing::Values(Misbehavior{R"("action": "fail", "class": "numeric", "reason": "NOT_FINITE")",
                                "numeric", "NOT_FINITE", 6},
                    Misbehavior{R"("action": "fail", "class": "user", "reason": "BAD_DATA")",
                                "user", "BAD_DATA", 2},
                    Misbehavior{R"("action": "crash")", "internal", "KILLED", 137},
                    Misbehavior{R"("action": "cut_line")", "internal", "KILLED", 137},
                    Misbehavior{R"("action": "exit_early")", "internal", "NOT_FINISHED", 0},
                    Misbehavior{R"("action": "bad_line")", "internal", "BAD_EVENTS", 137}));

TEST_F(WorkerProcessTest, AFileThatIsNoProgramIsAUsageError) {
  worker_.Start({"--trainer", "/etc/passwd"});
  EXPECT_EQ(worker_.WaitForExit(), 2);
  EXPECT_NE(worker_.StandardError().find("--trainer: /etc/passwd"), std::string::npos);
}

TEST_F(WorkerProcessTest, ATrainerThatCannotBeStartedIsAnOutcome) {
  const std::string trainer = worker_.folder().File("trainer");
  std::ofstream(trainer) << "no program";
  std::filesystem::permissions(trainer, std::filesystem::perms::owner_all);
  worker_.coordinator().Lease(worker_.Spec(1, 20), "cpu:0", seconds(60));
  worker_.coordinator().WantCheck("s", worker_.Spec(1, 20));
  worker_.Start({"--trainer", trainer});
  EXPECT_EQ(worker_.Outcome(first_).outcome->failure().reason(), "NOT_STARTED");
  ASSERT_TRUE(
      worker_.coordinator().WaitUntil([](const State& state) { return !state.checks.empty(); }));
  EXPECT_EQ(worker_.coordinator().Snapshot().checks[0].failure().reason(), "NOT_STARTED");
}

TEST_F(WorkerProcessTest, TwoWorkersDoNotShareAFolder) {
  worker_.Start();
  ASSERT_TRUE(worker_.coordinator().WaitUntil([](const State& state) { return state.syncs > 0; }));
  const auto second = worker::TrialDirectory::Open(worker_.folder().File("worker"));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace sparsweep::test
