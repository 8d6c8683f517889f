// What the worker does with an attempt of several ranks, all of them here or only some.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
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

class WorkerGangTest : public testing::Test {
 protected:
  [[nodiscard]] v1::TrialSpec Spec(int steps, uint32_t size = 3, uint32_t first_rank = 0,
                                   uint32_t attempt_number = 1) const {
    v1::TrialSpec spec = worker_.Spec(1, steps, attempt_number);
    spec.mutable_world()->set_size(size);
    spec.mutable_world()->set_rank(first_rank);
    return spec;
  }
  void Lease(const v1::TrialSpec& spec, milliseconds duration = seconds(60)) {
    worker_.coordinator().LeaseGang(spec, {"cpu:0", "cpu:1", "cpu:2"}, duration, {1});
  }
  void Start() { worker_.Start(); }
  [[nodiscard]] contract::TrialSpec SpecOf(uint32_t rank, uint32_t attempt_number = 1) const {
    const std::string folder = worker_.AttemptFolder(1, attempt_number) +
                               (rank == 0 ? "" : "/rank-" + std::to_string(rank));
    return contract::ParseTrialSpec(base::ReadFile(folder + "/spec.json", 1 << 20).value()).value();
  }

  WorkerUnderTest worker_;
  const AttemptId first_{"t-000001", 1};
};

TEST_F(WorkerGangTest, RunsARankOnEachSlotToOneOutcome) {
  Lease(Spec(30));
  Start();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(first_);
  ASSERT_TRUE(attempt.outcome->succeeded()) << attempt.outcome->DebugString();
  const auto last = contract::ParseTrainerEvent(attempt.events.back().json());
  EXPECT_DOUBLE_EQ(std::get<contract::Finished>(last->body).score, ExpectedScore(SpecOf(0)));
  EXPECT_TRUE(worker_.coordinator().Snapshot().mask_of.contains(first_));
  for (uint32_t rank = 0; rank < 3; ++rank) {
    const contract::TrialSpec spec = SpecOf(rank);
    EXPECT_EQ(spec.world.rank, rank);
    EXPECT_EQ(spec.world.size, 3U);
    EXPECT_EQ(spec.world.rendezvous, SpecOf(0).world.rendezvous);
    EXPECT_EQ(spec.directory, worker_.AttemptFolder(1));
  }
  EXPECT_TRUE(SpecOf(0).world.rendezvous.starts_with("127.0.0.1:"));
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
  EXPECT_TRUE(std::filesystem::is_empty(worker_.folder().File("worker/running")));
}

struct Death {
  const char* rules;
  const char* failure_class;
  const char* reason;
  int exit_code;
};

class WorkerGangDeathTest : public WorkerGangTest, public testing::WithParamInterface<Death> {};

TEST_P(WorkerGangDeathTest, EndsTheOthersAndIsTheOutcome) {
  worker_.SetScript(std::string(R"({"rules": [)") + GetParam().rules + "]}");
  Lease(Spec(100000));
  Start();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(first_);
  EXPECT_EQ(attempt.outcome->failure().failure_class(), GetParam().failure_class);
  EXPECT_EQ(attempt.outcome->failure().reason(), GetParam().reason);
  EXPECT_EQ(attempt.outcome->exit_code(), GetParam().exit_code);
  EXPECT_TRUE(worker_.Trainers().empty()) << "the outcome was told before all ranks had ended";
}

INSTANTIATE_TEST_SUITE_P(
    Ranks, WorkerGangDeathTest,
    testing::Values(
        Death{R"({"rank": 2, "step": 7, "action": "crash"})", "internal", "KILLED", 137},
        Death{R"({"rank": 0, "step": 7, "action": "crash"})", "internal", "KILLED", 137},
        Death{R"({"rank": 1, "step": 7, "action": "fail", "class": "user", "reason": "BAD_DATA"})",
              "user", "BAD_DATA", 2},
        Death{R"({"rank": 1, "step": 7, "action": "fail", "class": "numeric", "reason": "NAN"},
                 {"rank": 2, "step": 7, "action": "hang"}, {"rank": 0, "step": 7, "action": "hang"})",
              "numeric", "NAN", 6}));

TEST_F(WorkerGangTest, ARankWhoseEndIsNotSeenAtOnceIsKilledFromOutside) {
  Lease(Spec(100000));
  Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  const std::vector<pid_t> trainers = worker_.Trainers();
  ASSERT_EQ(trainers.size(), 3U);
  kill(trainers[1], SIGKILL);
  EXPECT_EQ(worker_.Outcome(first_).outcome->failure().reason(), "KILLED");
  EXPECT_TRUE(worker_.Trainers().empty());
}

TEST_F(WorkerGangTest, TellsEachRankHowLongAnotherMayHang) {
  Lease(Spec(100000));
  worker_.Start({"--hang-timeout", "7s"});
  ASSERT_TRUE(worker_.WaitForEvents(first_, 1));
  const std::vector<pid_t> trainers = worker_.Trainers();
  ASSERT_EQ(trainers.size(), 3U);
  for (const pid_t trainer : trainers) {
    const auto command = base::ReadFile("/proc/" + std::to_string(trainer) + "/cmdline", 1 << 16);
    ASSERT_TRUE(command.ok()) << command.status();
    EXPECT_NE(command->find(std::string("--hang-timeout\0007\0", 17)), std::string::npos);
  }
}

TEST_F(WorkerGangTest, GoesOnFromTheLastCheckpointOnAllRanks) {
  worker_.SetScript(R"({"rules": [{"attempt": 1, "rank": 1, "step": 25, "action": "crash"}]})");
  Lease(Spec(60));
  Start();
  EXPECT_EQ(worker_.Outcome(first_).outcome->failure().failure_class(), "internal");
  Lease(Spec(60, 3, 0, 2));
  const FakeCoordinator::Attempt attempt = worker_.Outcome({"t-000001", 2});
  ASSERT_TRUE(attempt.outcome->succeeded()) << attempt.outcome->DebugString();
  const auto last = contract::ParseTrainerEvent(attempt.events.back().json());
  EXPECT_DOUBLE_EQ(std::get<contract::Finished>(last->body).score, ExpectedScore(SpecOf(0, 2)));
  EXPECT_NE(SpecOf(0, 2).resume_from, "");
  EXPECT_EQ(SpecOf(0, 2).resume_from, SpecOf(2, 2).resume_from);
  EXPECT_NE(SpecOf(0, 2).world.rendezvous, "");
}

TEST_F(WorkerGangTest, AStopReachesAllRanksAndRankZeroMayCheckpoint) {
  Lease(Spec(100000));
  Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  kill(worker_.process().pid(), SIGTERM);
  EXPECT_EQ(worker_.WaitForExit(), 0) << worker_.StandardError();
  EXPECT_TRUE(worker_.Trainers().empty());
  State state = worker_.coordinator().Snapshot();
  EXPECT_EQ(state.attempts[first_].outcome->exit_code(), 8);
  const auto last = contract::ParseTrainerEvent(state.attempts[first_].events.back().json());
  EXPECT_TRUE(std::holds_alternative<contract::CheckpointWritten>(last->body));
}

TEST_F(WorkerGangTest, AKilledWorkerLeavesNoRank) {
  Lease(Spec(100000));
  Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.Kill();
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
}

TEST_F(WorkerGangTest, ARevokedGangEnds) {
  Lease(Spec(100000));
  Start();
  ASSERT_TRUE(worker_.WaitForEvents(first_, 3));
  worker_.coordinator().Revoke("t-000001");
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
}

TEST_F(WorkerGangTest, SaysWhereRankZeroWaitsForRanksOfOtherWorkers) {
  Lease(Spec(20, 4));
  worker_.Start({"--rank-address", "127.0.0.1"});
  ASSERT_TRUE(worker_.coordinator().WaitUntil([](const State& state) {
    return state.last_sync.held_size() == 1 && !state.last_sync.held(0).rendezvous().empty();
  }));
  EXPECT_EQ(worker_.coordinator().Snapshot().last_sync.rank_address(), "127.0.0.1");
  EXPECT_EQ(worker_.coordinator().Snapshot().last_sync.held(0).rendezvous(),
            SpecOf(0).world.rendezvous);
  ASSERT_TRUE(worker_.WaitForFile(worker_.AttemptFolder(1) + "/rank-2/spec.json"));
  EXPECT_FALSE(std::filesystem::exists(worker_.AttemptFolder(1) + "/rank-3"));
  worker_.coordinator().Revoke("t-000001");
  EXPECT_TRUE(worker_.WaitUntilNoTrainers());
}

// Ranks 1 to 3 of 4: the test stands at the rendezvous for rank 0.
class WorkerGangPartTest : public WorkerGangTest {
 protected:
  WorkerGangPartTest() {
    sockaddr_in place{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof place;
    auto* address = reinterpret_cast<sockaddr*>(&place);
    EXPECT_EQ(bind(listener_, address, size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    EXPECT_EQ(getsockname(listener_, address, &size), 0);
    rendezvous_ = "127.0.0.1:" + std::to_string(ntohs(place.sin_port));
  }
  ~WorkerGangPartTest() override { close(listener_); }
  [[nodiscard]] v1::TrialSpec Part(int steps) const {
    v1::TrialSpec spec = Spec(steps, 4, 1);
    spec.mutable_world()->set_rendezvous(rendezvous_);
    return spec;
  }

  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string rendezvous_;
};

TEST_F(WorkerGangPartTest, TellsItsOwnFailure) {
  worker_.SetScript(R"({"rules": [{"rank": 3, "step": 7, "action": "fail", "class": "device"}]})");
  Lease(Part(100000));
  Start();
  const FakeCoordinator::Attempt attempt = worker_.Outcome(first_);
  EXPECT_EQ(attempt.outcome->failure().failure_class(), "device");
  EXPECT_TRUE(attempt.events.empty());
  EXPECT_TRUE(worker_.Trainers().empty());
}

TEST_F(WorkerGangPartTest, HoldsItsLeaseSilentlyUntilRankZeroIsThrough) {
  Lease(Part(10));
  Start();
  ASSERT_TRUE(worker_.WaitForLog("trainer ended")) << worker_.StandardError();
  EXPECT_TRUE(worker_.Trainers().empty());
  EXPECT_EQ(SpecOf(1).world.rendezvous, rendezvous_);
  EXPECT_FALSE(std::filesystem::exists(worker_.AttemptFolder(1) + "/spec.json"));
  const uint64_t syncs = worker_.coordinator().Snapshot().syncs;
  worker_.coordinator().WantCheck("wakes the poll", worker_.Spec(2, 10));
  ASSERT_TRUE(worker_.coordinator().WaitUntil(
      [syncs](const State& state) { return state.syncs > syncs && !state.checks.empty(); }));
  EXPECT_EQ(worker_.coordinator().Snapshot().last_sync.held_size(), 1);
  EXPECT_TRUE(worker_.coordinator().Snapshot().attempts.empty());
  worker_.coordinator().Revoke("t-000001");
  EXPECT_TRUE(worker_.coordinator().WaitUntil(
      [](const State& state) { return state.last_sync.held().empty(); }));
}

}  // namespace
}  // namespace sparsweep::test
