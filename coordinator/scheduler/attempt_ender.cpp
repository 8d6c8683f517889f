#include "coordinator/scheduler/attempt_ender.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "coordinator/scheduler/retry_policy.h"

namespace sparsweep::coordinator {
namespace {

using store::AttemptState;
using store::SweepState;
using store::TrialState;

std::string Details(const store::Failure& failure) {
  const nlohmann::json json = {{"failure_class", failure.failure_class},
                               {"reason", failure.reason},
                               {"message", failure.message}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void AttemptEnder::Accept(TrialEntry& trial) {
  trial.row.accepted_attempt = trial.row.attempt_number;
  transitions_.CloseAttempt(trial, AttemptState::kAccepted);
  transitions_.Move(trial, TrialState::kSucceeded,
                    nlohmann::json({{"score", *trial.row.score}}).dump());
  CloseSweepIfDone(trial.row.sweep_id);
}

void AttemptEnder::Fail(TrialEntry& trial, AttemptState how, contract::FailureClass failure_class,
                        store::Failure failure, base::SteadyTime now) {
  const uint32_t max_restarts = state_.sweeps.FindSweep(trial.row.sweep_id)->row.max_restarts;
  const RetryDecision decision = DecideRetry(failure_class, trial.row, max_restarts);
  if (decision.counts) ++trial.row.restarts;
  const std::string details = Details(failure);
  trial.attempt->failure = failure;
  trial.row.failure = std::move(failure);
  trial.row.score.reset();  // of an attempt that is not accepted
  trial.not_before = now + decision.backoff;
  transitions_.CloseAttempt(trial, how);
  transitions_.Move(trial, decision.retry ? TrialState::kPending : TrialState::kFailed, details);
  CloseSweepIfDone(trial.row.sweep_id);
}

void AttemptEnder::Lose(TrialEntry& trial, const std::string& worker, const std::string& why,
                        base::SteadyTime now) {
  const auto failure_class = contract::FailureClass::kLostWorker;
  store::Failure failure;
  failure.failure_class = contract::FailureClassName(failure_class);
  failure.reason = "LOST_WORKER";
  failure.field = "worker";
  failure.value = worker;
  failure.message = why;
  Fail(trial, AttemptState::kLost, failure_class, std::move(failure), now);
}

void AttemptEnder::Cancel(TrialEntry& trial) {
  trial.row.score.reset();
  transitions_.CloseAttempt(trial, AttemptState::kCanceled);
  transitions_.Move(trial, TrialState::kCanceled);
}

void AttemptEnder::CloseSweepIfDone(int64_t sweep_id) {
  SweepEntry& sweep = *state_.sweeps.FindSweep(sweep_id);
  if (sweep.row.state != SweepState::kRunning) return;
  if (sweep.Active() != 0 || !sweep.pending.empty()) return;
  transitions_.Move(sweep, sweep.Count(TrialState::kSucceeded) != 0 ? SweepState::kSucceeded
                                                                    : SweepState::kFailed);
}

}  // namespace sparsweep::coordinator
