// What is written comes back, field by field.
#include <gtest/gtest.h>

#include "tests/store/both_stores.h"

namespace sparsweep::test {
namespace {

using namespace store;

class RoundTrip : public BothStores {};
SPARSWEEP_ON_BOTH_STORES(RoundTrip);

void ExpectEqual(const Failure& a, const Failure& b) {
  EXPECT_EQ(a.failure_class, b.failure_class);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.field, b.field);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.message, b.message);
}

void ExpectEqual(const Sweep& a, const Sweep& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.canonical_hash, b.canonical_hash);
  EXPECT_EQ(a.yaml, b.yaml);
  EXPECT_EQ(a.canonical_json, b.canonical_json);
  EXPECT_EQ(a.request_id, b.request_id);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.metric, b.metric);
  EXPECT_EQ(a.maximize, b.maximize);
  EXPECT_EQ(a.max_concurrent, b.max_concurrent);
  EXPECT_EQ(a.max_restarts, b.max_restarts);
  EXPECT_EQ(a.input_hash, b.input_hash);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.create_time, b.create_time);
  EXPECT_EQ(a.end_time, b.end_time);
}

void ExpectEqual(const Trial& a, const Trial& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.sweep_id, b.sweep_id);
  EXPECT_EQ(a.position, b.position);
  EXPECT_EQ(a.point_hash, b.point_hash);
  EXPECT_EQ(a.spec_json, b.spec_json);
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.lambda, b.lambda);
  EXPECT_EQ(a.density, b.density);
  EXPECT_EQ(a.steps, b.steps);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.attempt_number, b.attempt_number);
  EXPECT_EQ(a.restarts, b.restarts);
  EXPECT_EQ(a.accepted_attempt, b.accepted_attempt);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.mask_density, b.mask_density);
  EXPECT_EQ(a.remaining_weights, b.remaining_weights);
  ASSERT_EQ(a.failure.has_value(), b.failure.has_value());
  if (a.failure) ExpectEqual(*a.failure, *b.failure);
  EXPECT_EQ(a.create_time, b.create_time);
  EXPECT_EQ(a.end_time, b.end_time);
}

void ExpectEqual(const Attempt& a, const Attempt& b) {
  EXPECT_EQ(a.trial_id, b.trial_id);
  EXPECT_EQ(a.attempt_number, b.attempt_number);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.worker, b.worker);
  EXPECT_EQ(a.slots, b.slots);
  EXPECT_EQ(a.lease_duration_ms, b.lease_duration_ms);
  EXPECT_EQ(a.start_step, b.start_step);
  EXPECT_EQ(a.last_sequence, b.last_sequence);
  EXPECT_EQ(a.last_step, b.last_step);
  EXPECT_EQ(a.directory, b.directory);
  EXPECT_EQ(a.mask_hash, b.mask_hash);
  ASSERT_EQ(a.failure.has_value(), b.failure.has_value());
  if (a.failure) ExpectEqual(*a.failure, *b.failure);
  EXPECT_EQ(a.exit_code, b.exit_code);
  EXPECT_EQ(a.create_time, b.create_time);
  EXPECT_EQ(a.end_time, b.end_time);
}

TEST_P(RoundTrip, StartsEmpty) {
  const LoadedState state = Reload();
  EXPECT_TRUE(state.sweeps.empty());
  EXPECT_EQ(state.last_event_sequence, 0u);
  EXPECT_EQ(state.next_sweep_id, 1);
  EXPECT_EQ(state.next_trial_id, 1);
}

TEST_P(RoundTrip, Sweeps) {
  Sweep checking = SampleSweep(7);
  checking.state = SweepState::kChecking;
  checking.maximize = false;
  ASSERT_TRUE(Commit({{InsertSweep{SampleSweep(3)}, InsertSweep{checking}}}).ok());
  LoadedState state = Reload();
  ASSERT_EQ(state.sweeps.size(), 2u);
  ExpectEqual(state.sweeps[0], SampleSweep(3));
  ExpectEqual(state.sweeps[1], checking);
  EXPECT_EQ(state.next_sweep_id, 8);

  Sweep rejected = checking;
  rejected.state = SweepState::kRejected;
  rejected.error = "model: not BERT";
  rejected.input_hash = "";
  rejected.end_time = 12;
  ASSERT_TRUE(Commit({{UpdateSweep{SweepState::kChecking, rejected}}}).ok());
  state = Reload();
  ExpectEqual(state.sweeps[1], rejected);
}

TEST_P(RoundTrip, Trials) {
  Trial dense = SampleTrial(2);
  dense.lambda = std::nullopt;
  dense.density = 0.1;
  dense.variant = "teacher none";
  dense.position = 0;
  Trial soft = SampleTrial(1);
  soft.position = 1;
  const Trial other = SampleTrial(9, 2);
  ASSERT_TRUE(Commit({{InsertSweep{SampleSweep(1)}, InsertSweep{SampleSweep(2)}, InsertTrial{other},
                       InsertTrial{soft}, InsertTrial{dense}}})
                  .ok());
  LoadedState state = Reload();
  ASSERT_EQ(state.trials.size(), 3u);
  ExpectEqual(state.trials[0], dense);  // by sweep, then position
  ExpectEqual(state.trials[1], soft);
  ExpectEqual(state.trials[2], other);
  EXPECT_EQ(state.next_trial_id, 10);

  Trial failed = soft;
  failed.state = TrialState::kFailed;
  failed.attempt_number = 4;
  failed.restarts = 3;
  failed.accepted_attempt = 0;
  failed.step = 123;
  failed.score = 0.75;
  failed.mask_density = 0.03;
  failed.remaining_weights = 0.031;
  failed.failure = SampleFailure();
  failed.end_time = 99;
  ASSERT_TRUE(Commit({{UpdateTrial{TrialState::kPending, 0, failed}}}).ok());
  state = Reload();
  ExpectEqual(state.trials[1], failed);
}

TEST_P(RoundTrip, Attempts) {
  ASSERT_TRUE(
      Commit({{InsertSweep{SampleSweep()}, InsertTrial{SampleTrial(1)}, InsertTrial{SampleTrial(2)},
               InsertAttempt{SampleAttempt(2)}, InsertAttempt{SampleAttempt(1)}}})
          .ok());
  LoadedState state = Reload();
  ASSERT_EQ(state.live_attempts.size(), 2u);
  ExpectEqual(state.live_attempts[0], SampleAttempt(1));
  ExpectEqual(state.live_attempts[1], SampleAttempt(2));

  Attempt running = SampleAttempt(1);
  running.state = AttemptState::kRunning;
  running.worker = "host-2";
  running.slots = {};
  running.start_step = 120;
  running.last_sequence = 77;
  running.last_step = 130;
  running.directory = "/elsewhere";
  running.mask_hash = "0123456789abcdef";
  running.failure = SampleFailure();
  running.exit_code = -3;
  running.end_time = 5;
  Attempt lost = SampleAttempt(2);
  lost.state = AttemptState::kLost;
  ASSERT_TRUE(Commit({{UpdateAttempt{AttemptState::kLeased, running},
                       UpdateAttempt{AttemptState::kLeased, lost}}})
                  .ok());
  state = Reload();
  ASSERT_EQ(state.live_attempts.size(), 1u) << "a lost attempt is not live";
  ExpectEqual(state.live_attempts[0], running);
  EXPECT_TRUE(state.accepted_attempts.empty());

  Attempt accepted = running;
  accepted.state = AttemptState::kAccepted;
  ASSERT_TRUE(Commit({{UpdateAttempt{AttemptState::kRunning, accepted}}}).ok());
  state = Reload();
  EXPECT_TRUE(state.live_attempts.empty());
  ASSERT_EQ(state.accepted_attempts.size(), 1u);
  ExpectEqual(state.accepted_attempts[0], accepted);
}

TEST_P(RoundTrip, EventsAreCountedWithoutAGap) {
  Event event{.kind = "sweep.created", .sweep_id = 1, .json = "{}"};
  ASSERT_TRUE(Commit({{AppendEvent{event}, AppendEvent{event}}}).ok());
  ASSERT_TRUE(Commit({{AppendEvent{event}}}).ok());
  EXPECT_EQ(Reload().last_event_sequence, 3u);
  // A batch that fails gives its sequences back.
  ASSERT_FALSE(Commit({{AppendEvent{event}, InsertTrial{SampleTrial()}}}).ok());
  EXPECT_EQ(Reload().last_event_sequence, 3u);
  ASSERT_TRUE(Commit({{AppendEvent{event}}}).ok());
  EXPECT_EQ(Reload().last_event_sequence, 4u);
}

TEST_P(RoundTrip, RequestsKeepTheFirstAnswer) {
  const std::string response("\x0a\0\x01", 3);
  ASSERT_TRUE(Commit({{RememberRequest{"r-1", "SubmitSweep", response, 1000}}}).ok());
  EXPECT_TRUE(Reload().sweeps.empty());
  EXPECT_EQ(store_->FindRequest("r-1", "SubmitSweep").value(), response);
  EXPECT_EQ(store_->FindRequest("r-1", "CancelSweep").value(), std::nullopt);
  EXPECT_EQ(store_->FindRequest("r-2", "SubmitSweep").value(), std::nullopt);
  EXPECT_EQ(Commit({{RememberRequest{"r-1", "SubmitSweep", "other", 2000}}}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Reload().sweeps.empty());
  EXPECT_EQ(store_->FindRequest("r-1", "SubmitSweep").value(), response);
}

TEST_P(RoundTrip, AnEmptyBatchCommits) { EXPECT_TRUE(Commit({}).ok()); }

}  // namespace
}  // namespace sparsweep::test
