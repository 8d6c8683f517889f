// Ends attempts and decides what becomes of their trial and, with the last one, of their sweep.
// Leases are LeaseManager's.
#pragma once

#include <string>

#include "base/clock.h"
#include "contract/trainer_error.h"
#include "coordinator/state/transitions.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread. The trial has a live attempt in each of these.
class AttemptEnder {
 public:
  AttemptEnder(ClusterState& state, Transitions& transitions)
      : state_(state), transitions_(transitions) {}

  // The attempt's result is the trial's. It ran, and trial.row.score is set.
  void Accept(TrialEntry& trial);
  // By scheduler/retry_policy.h: the trial waits for its next attempt, or has failed. `how` is
  // kFailed or kLost.
  void Fail(TrialEntry& trial, store::AttemptState how, contract::FailureClass failure_class,
            store::Failure failure, base::SteadyTime now);
  // `worker`, which had ranks of it, is gone or has restarted.
  void Lose(TrialEntry& trial, const std::string& worker, const std::string& why,
            base::SteadyTime now);
  // Its sweep was canceled.
  void Cancel(TrialEntry& trial);
  // Moves the sweep to its end if none of its trials is open any more.
  void CloseSweepIfDone(int64_t sweep_id);

 private:
  ClusterState& state_;
  Transitions& transitions_;
};

}  // namespace sparsweep::coordinator
