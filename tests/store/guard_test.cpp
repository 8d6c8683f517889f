// What must not be written is refused, and everything queued behind it too, until Load.
#include <functional>

#include <gtest/gtest.h>

#include "tests/store/both_stores.h"

namespace sparsweep::test {
namespace {

using namespace store;

class Guard : public BothStores {
 protected:
  void SetUp() override {
    BothStores::SetUp();
    ASSERT_TRUE(Commit(RunningTrial()).ok());
  }

  // The batch fails with FAILED_PRECONDITION, and after Load the store works on.
  void ExpectRefused(const std::string& what, Mutation mutation) {
    const Event event = SampleEvent("before");
    const absl::Status status = Commit({{AppendEvent{event}, std::move(mutation)}});
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << what << ": " << status;
    const auto state = store_->Load();
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ(state->last_event_sequence, 0u) << what << ": the batch left an event";
  }
};
SPARSWEEP_ON_BOTH_STORES(Guard);

Trial RunningRow() {
  Trial row = SampleTrial();
  row.state = TrialState::kRunning;
  row.attempt_number = 1;
  return row;
}

TEST_P(Guard, RefusesWrongTransitions) {
  Trial pending = RunningRow();
  pending.state = TrialState::kPending;
  ExpectRefused("trial not in `from`", UpdateTrial{TrialState::kLeased, 1, pending});
  ExpectRefused("trial with another attempt_number", UpdateTrial{TrialState::kRunning, 2, pending});
  Trial leased = RunningRow();
  leased.state = TrialState::kLeased;
  ExpectRefused("move not in the table", UpdateTrial{TrialState::kRunning, 1, leased});
  Trial unknown = RunningRow();
  unknown.id = 5;
  ExpectRefused("no such trial", UpdateTrial{TrialState::kRunning, 1, unknown});

  Sweep sweep = SampleSweep();
  sweep.state = SweepState::kSucceeded;
  ExpectRefused("sweep not in `from`", UpdateSweep{SweepState::kChecking, sweep});
  sweep.state = SweepState::kChecking;
  ExpectRefused("sweep cannot go back", UpdateSweep{SweepState::kRunning, sweep});

  Attempt attempt = SampleAttempt();
  attempt.state = AttemptState::kAccepted;
  ExpectRefused("attempt not in `from`", UpdateAttempt{AttemptState::kLeased, attempt});
  attempt.attempt_number = 2;
  ExpectRefused("no such attempt", UpdateAttempt{AttemptState::kRunning, attempt});
}

TEST_P(Guard, RefusesDuplicatesAndOrphans) {
  ExpectRefused("sweep id", InsertSweep{SampleSweep(1)});
  Sweep same_name = SampleSweep(2);
  same_name.name = "sweep-1";
  ExpectRefused("sweep name", InsertSweep{same_name});
  ExpectRefused("trial id", InsertTrial{SampleTrial(1)});
  Trial same_point = SampleTrial(2);
  same_point.point_hash = "p1";
  ExpectRefused("point of a sweep", InsertTrial{same_point});
  Trial same_position = SampleTrial(2);
  same_position.position = 0;
  ExpectRefused("position in a sweep", InsertTrial{same_position});
  ExpectRefused("trial without sweep", InsertTrial{SampleTrial(2, 9)});
  ExpectRefused("attempt without trial", InsertAttempt{SampleAttempt(9)});
  ExpectRefused("points without attempt", AppendMetrics{{1, 2, "loss", {{1, 0.5}}}});
}

TEST_P(Guard, HoldsOneLiveAndOneAcceptedAttempt) {
  ExpectRefused("second live attempt", InsertAttempt{SampleAttempt(1, 2)});
  Attempt accepted = SampleAttempt(1, 2);
  accepted.state = AttemptState::kAccepted;
  Attempt first = SampleAttempt();
  first.state = AttemptState::kAccepted;
  ASSERT_TRUE(Commit({{UpdateAttempt{AttemptState::kRunning, first}}}).ok());
  ExpectRefused("second accepted attempt", InsertAttempt{accepted});
  Trial ahead = RunningRow();
  ahead.accepted_attempt = 2;
  ExpectRefused("accepts an attempt it never had", UpdateTrial{TrialState::kRunning, 1, ahead});
}

TEST_P(Guard, StayingInAStateIsNoTransition) {
  Trial row = RunningRow();
  row.step = 17;
  ASSERT_TRUE(Commit({{UpdateTrial{TrialState::kRunning, 1, row}}}).ok());
  EXPECT_EQ(Reload().trials.at(0).step, 17);
}

TEST_P(Guard, AFinishAndTheNextGrantShareABatch) {
  Trial trial = RunningRow();
  Trial pending = trial;
  pending.state = TrialState::kPending;
  Trial leased = pending;
  leased.state = TrialState::kLeased;
  leased.attempt_number = 2;
  Attempt lost = SampleAttempt();
  lost.state = AttemptState::kLost;
  ASSERT_TRUE(
      Commit({{UpdateAttempt{AttemptState::kRunning, lost},
               UpdateTrial{TrialState::kRunning, 1, pending},
               UpdateTrial{TrialState::kPending, 1, leased}, InsertAttempt{SampleAttempt(1, 2)}}})
          .ok());
  const LoadedState state = Reload();
  ASSERT_EQ(state.live_attempts.size(), 1u);
  EXPECT_EQ(state.live_attempts[0].attempt_number, 2u);
}

TEST_P(Guard, AfterAFailureEverythingIsAbortedUntilLoad) {
  std::vector<absl::StatusCode> answers;
  const auto note = [&](absl::Status status) { answers.push_back(status.code()); };
  store_->Commit({{InsertSweep{SampleSweep(1)}}}, note);  // exists
  ASSERT_TRUE(loop_.RunUntil([&] { return answers.size() == 1; }));
  store_->Commit({{InsertSweep{SampleSweep(2)}}}, note);
  store_->Commit({{InsertSweep{SampleSweep(3)}}}, note);
  ASSERT_TRUE(loop_.RunUntil([&] { return answers.size() == 3; }));
  EXPECT_EQ(answers, (std::vector<absl::StatusCode>{absl::StatusCode::kFailedPrecondition,
                                                    absl::StatusCode::kAborted,
                                                    absl::StatusCode::kAborted}));
  EXPECT_EQ(store_->Load().value().sweeps.size(), 1u);
  EXPECT_TRUE(Commit({{InsertSweep{SampleSweep(2)}}}).ok());
}

TEST_P(Guard, LoadWaitsForWhatIsQueued) {
  int answers = 0;
  for (int64_t id = 2; id < 40; ++id) {
    store_->Commit({{InsertSweep{SampleSweep(id)}}}, [&](absl::Status status) {
      EXPECT_TRUE(status.ok()) << status;
      ++answers;
    });
  }
  EXPECT_EQ(store_->Load().value().sweeps.size(), 39u);
  loop_.RunUntilIdle();
  EXPECT_EQ(answers, 38) << "every answer is in the loop's queue by then";
}

}  // namespace
}  // namespace sparsweep::test
