// What the worker does when something goes away: the coordinator, the lease, itself, a checkpoint.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/status.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "tests/support/scripted_trainer_files.h"
#include "tests/worker/worker_under_test.h"

namespace sparsweep::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = FakeCoordinator::State;
using worker::AttemptId;

class WorkerFaultTest : public testing::Test {
 protected:
  [[nodiscard]] std::string ResumedFrom(uint32_t attempt_number) {
    const auto json =
        base::ReadFile(worker_.AttemptFolder(1, attempt_number) + "/spec.json", 1 << 20);
    return contract::ParseTrialSpec(json.value())->resume_from;
  }
  // Succeeded with the score of a run that was never disturbed.
  void ExpectUndisturbed(const FakeCoordinator::Attempt& attempt, uint32_t attempt_number) {
    ASSERT_TRUE(attempt.outcome->succeeded()) << attempt.outcome->DebugString();
    const auto json =
        base::ReadFile(worker_.AttemptFolder(1, attempt_number) + "/spec.json", 1 << 20);
    const auto last = contract::ParseTrainerEvent(attempt.events.back().json());
    EXPECT_DOUBLE_EQ(std::get<contract::Finished>(last->body).score,
                     ExpectedScore(contract::ParseTrialSpec(json.value()).value()));
  }

  WorkerUnderTest worker_;
  const AttemptId first_{"t-000001", 1};
  const AttemptId second_{"t-000001", 2};
};

TEST_F(WorkerFaultTest, TrainsOnThroughACoordinatorsRestart) {
  worker_.coordinator().Lease(worker_.Spec(1, 60), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.coordinator().StopServing();
  ASSERT_TRUE(worker_.WaitForFile(worker_.AttemptFolder(1) + "/checkpoint-60.safetensors"));
  worker_.coordinator().Serve();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(first_);
  ExpectUndisturbed(attempt, 1);
  for (size_t i = 0; i < attempt.events.size(); ++i) {
    ASSERT_EQ(attempt.events[i].sequence(), i + 1);
  }
}

TEST_F(WorkerFaultTest, KillsItsTrainersWhenTheLeaseRunsOut) {
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", seconds(2));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.coordinator().StopServing();
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
  // This coordinator has not given the lease away: it learns what happened.
  worker_.coordinator().Serve();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(first_);
  EXPECT_EQ(attempt.outcome->failure().failure_class(), "lost_worker");
  EXPECT_EQ(attempt.outcome->failure().reason(), "LEASE_EXPIRED");
}

TEST_F(WorkerFaultTest, ALeaseIsRenewedForAsLongAsTheTrialTakes) {
  worker_.coordinator().Lease(worker_.Spec(1, 250), "cpu:0", milliseconds(1000));
  worker_.Start();
  ExpectUndisturbed(worker_.Outcome(first_), 1);
}

TEST_F(WorkerFaultTest, ARevokedAttemptEndsAndIsNotReported) {
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.coordinator().Revoke("t-000001");
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
  ASSERT_TRUE(worker_.coordinator().WaitUntil(
      [](const State& state) { return state.last_sync.held().empty(); }));
  EXPECT_FALSE(worker_.coordinator().Snapshot().attempts[first_].outcome.has_value());
  EXPECT_TRUE(std::filesystem::exists(worker_.AttemptFolder(1) + "/events.jsonl"));
}

TEST_F(WorkerFaultTest, ALaterAttemptTakesTheSlotOfAStaleOneAndGoesOnFromItsCheckpoint) {
  worker_.coordinator().Lease(worker_.Spec(1, 100), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForFile(worker_.AttemptFolder(1) + "/checkpoint-20.safetensors"));
  worker_.coordinator().Lease(worker_.Spec(1, 100, 2), "cpu:0", seconds(60), {1});
  ExpectUndisturbed(worker_.Outcome(second_), 2);
  EXPECT_NE(ResumedFrom(2), "");
  EXPECT_FALSE(worker_.coordinator().Snapshot().attempts[first_].outcome.has_value());
}

TEST_F(WorkerFaultTest, AKilledWorkerLeavesNoTrainerAndTheNextOneGoesOn) {
  worker_.coordinator().Lease(worker_.Spec(1, 60), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForFile(worker_.AttemptFolder(1) + "/checkpoint-20.safetensors"));
  worker_.Kill();
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
  worker_.coordinator().Lease(worker_.Spec(1, 60, 2), "cpu:0", seconds(60), {1});
  worker_.Start();
  ExpectUndisturbed(worker_.Outcome(second_), 2);
  EXPECT_NE(ResumedFrom(2).find("attempt-1/checkpoint-"), std::string::npos);
}

// The coordinator's database was removed, or this folder served another coordinator.
TEST_F(WorkerFaultTest, AnotherDatabasesAttemptIsNeitherToldNorTouched) {
  const std::string folder = worker_.AttemptFolder(1);
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/events.jsonl")
      << R"({"sequence":1,"step":9,"type":"finished","score":1})"
      << "\n";
  std::ofstream(folder + "/acknowledged") << "00000000000000000001\n";
  worker_.coordinator().Lease(worker_.Spec(1, 60), "cpu:0", seconds(60));
  worker_.Start();
  ExpectUndisturbed(worker_.Outcome(first_), 1);
  EXPECT_TRUE(std::filesystem::exists(folder + ".old/events.jsonl"));
}

TEST_F(WorkerFaultTest, AnotherRunsCheckpointIsPutAside) {
  std::filesystem::create_directories(worker_.AttemptFolder(1));
  const std::string checkpoint = worker_.AttemptFolder(1) + "/checkpoint-30.safetensors";
  ASSERT_TRUE(SaveState(checkpoint, {.step = 30, .digest = 1}).ok());
  worker_.coordinator().Lease(worker_.Spec(1, 60, 2), "cpu:0", seconds(60), {1});
  worker_.Start();
  ExpectUndisturbed(worker_.Outcome(second_), 2);
  EXPECT_TRUE(std::filesystem::exists(checkpoint + ".damaged"));
  EXPECT_EQ(ResumedFrom(2), "");
}

TEST_F(WorkerFaultTest, AStoppedWorkerEndsItsTrainersOnceItGoesOn) {
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", milliseconds(500));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  kill(worker_.process().pid(), SIGSTOP);
  // Three leases later the coordinator has given the trial to somebody else.
  const uint64_t refused = worker_.coordinator().Snapshot().refused_stale;
  worker_.coordinator().Revoke("t-000001");
  ASSERT_TRUE(worker_.WaitForFile(worker_.AttemptFolder(1) + "/checkpoint-200.safetensors"));
  kill(worker_.process().pid(), SIGCONT);
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
  ASSERT_TRUE(worker_.coordinator().WaitUntil([refused](const State& state) {
    return state.last_sync.held().empty() || state.refused_stale > refused;
  }));
  EXPECT_FALSE(worker_.coordinator().Snapshot().attempts[first_].outcome.has_value());
}

TEST_F(WorkerFaultTest, ADamagedCheckpointIsPutAsideAndTheOneBeforeIsUsed) {
  worker_.coordinator().Lease(worker_.Spec(1, 60), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForFile(worker_.AttemptFolder(1) + "/checkpoint-20.safetensors"));
  worker_.Kill();
  ASSERT_TRUE(worker_.WaitUntilNoTrainers());
  auto directory = worker::TrialDirectory::Open(worker_.folder().File("worker"));
  ASSERT_TRUE(directory.ok());
  const std::string newest = (*directory)->NewestCheckpoint("t-000001", {1});
  directory->reset();
  std::filesystem::resize_file(newest, 40);
  worker_.coordinator().Lease(worker_.Spec(1, 60, 2), "cpu:0", seconds(60), {1});
  worker_.Start();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(second_);
  ExpectUndisturbed(attempt, 2);
  EXPECT_TRUE(std::filesystem::exists(newest + ".damaged"));
  EXPECT_NE(ResumedFrom(2), "");
  EXPECT_NE(ResumedFrom(2), newest);
  EXPECT_EQ(attempt.events.front().sequence(), 1U);
}

TEST_F(WorkerFaultTest, EndsWhenAnotherProcessHasTakenItsName) {
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", milliseconds(1000));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.coordinator().RefuseSyncs(base::WithReason(
      absl::AbortedError("replaced"), {.reason = "WORKER_REPLACED", .metadata = {}}));
  EXPECT_EQ(worker_.WaitForExit(), 1);
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
  EXPECT_NE(worker_.StandardError().find("sparsweep-worker: replaced"), std::string::npos);
}

TEST_F(WorkerFaultTest, EndsWhenTheCoordinatorCallsItsSyncInvalid) {
  worker_.coordinator().RefuseSyncs(absl::InvalidArgumentError("worker: not a name"));
  worker_.Start();
  EXPECT_EQ(worker_.WaitForExit(), 2);
}

class WorkerDrainTest : public WorkerFaultTest {
 protected:
  // Exited with 0 after it had told of the stopped attempt and of its leaving.
  void ExpectDrained() {
    EXPECT_EQ(worker_.WaitForExit(), 0) << worker_.StandardError();
    EXPECT_TRUE(worker_.Trainers().empty());
    State state = worker_.coordinator().Snapshot();
    EXPECT_EQ(state.attempts[first_].outcome->failure().failure_class(), "stopped");
    EXPECT_EQ(state.attempts[first_].outcome->exit_code(), 8);
    EXPECT_TRUE(state.last_sync.draining());
    EXPECT_TRUE(state.last_sync.held().empty());
  }
};

TEST_F(WorkerDrainTest, ATerminatedWorkerCheckpointsReportsAndLeaves) {
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  kill(worker_.process().pid(), SIGTERM);
  ExpectDrained();
}

TEST_F(WorkerDrainTest, SoDoesOneWhoseStandardInputEnds) {
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", seconds(60));
  worker_.Start({"--exit-on-stdin-eof"});
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.process().CloseStdin();
  ExpectDrained();
}

TEST_F(WorkerDrainTest, TakesNoNewLeaseMeanwhile) {
  worker_.SetScript(R"({"rules": [{"trial": "t-000001", "step": 5, "action": "ignore_sigterm"}]})");
  worker_.coordinator().Lease(worker_.Spec(1, 200), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  kill(worker_.process().pid(), SIGTERM);
  ASSERT_TRUE(worker_.coordinator().WaitUntil(
      [](const State& state) { return state.last_sync.draining(); }));
  worker_.coordinator().Lease(worker_.Spec(2, 10), "cpu:1", seconds(60));
  EXPECT_EQ(worker_.WaitForExit(), 0);
  EXPECT_TRUE(worker_.coordinator().Snapshot().attempts[first_].outcome->succeeded());
  EXPECT_FALSE(std::filesystem::exists(worker_.AttemptFolder(2)));
}

TEST_F(WorkerDrainTest, ASecondSignalKills) {
  worker_.SetScript(R"({"rules": [{"step": 5, "action": "ignore_sigterm"}]})");
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", seconds(60));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  kill(worker_.process().pid(), SIGTERM);
  ASSERT_TRUE(worker_.coordinator().WaitUntil(
      [](const State& state) { return state.last_sync.draining(); }));
  kill(worker_.process().pid(), SIGTERM);
  EXPECT_EQ(worker_.WaitForExit(), 1);
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
}

TEST_F(WorkerDrainTest, LeavesWithAReportThatNobodyTakes) {
  worker_.coordinator().Lease(worker_.Spec(1, 100000), "cpu:0", milliseconds(500));
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.coordinator().StopServing();
  ASSERT_TRUE(worker_.WaitForLog("trainer ended"));
  kill(worker_.process().pid(), SIGTERM);
  EXPECT_EQ(worker_.WaitForExit(), 0);
}

TEST_F(WorkerDrainTest, AnIdleWorkerLeavesThoughNobodyAnswers) {
  worker_.coordinator().StopServing();
  worker_.Start();
  ASSERT_TRUE(worker_.WaitForFile(worker_.folder().File("worker/worker.lock")));
  // A signal before the loop runs ends the process by default.
  ASSERT_TRUE(worker_.WaitForLog("worker started"));
  kill(worker_.process().pid(), SIGTERM);
  EXPECT_EQ(worker_.WaitForExit(), 0);
}

}  // namespace
}  // namespace sparsweep::test
