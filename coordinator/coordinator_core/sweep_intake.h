// Sweeps come in, are checked by a worker, and are canceled.
#pragma once

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "coordinator/coordinator_core/request_memory.h"
#include "coordinator/coordinator_core/requests.h"
#include "coordinator/scheduler/attempt_ender.h"
#include "coordinator/state/transitions.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread. What is refused changes nothing.
class SweepIntake {
 public:
  SweepIntake(ClusterState& state, Transitions& transitions, AttemptEnder& ender,
              RequestMemory& requests)
      : state_(state), transitions_(transitions), ender_(ender), requests_(requests) {}

  // A new sweep with its trials, or the one that has the same name and content.
  // ALREADY_EXISTS/SWEEP_NAME_TAKEN when the content differs; see RequestMemory for the request id.
  [[nodiscard]] absl::StatusOr<SweepAnswer> Submit(const SubmitRequest& request);

  // Every trial that has not ended is canceled; the scheduler's next plan revokes the leases. The
  // same again is OK. NOT_FOUND; FAILED_PRECONDITION/SWEEP_ENDED.
  [[nodiscard]] absl::StatusOr<SweepAnswer> Cancel(const CancelRequest& request);

  // A worker has checked model and data: the sweep runs, or is rejected with the trainer's message
  // when the error is the user's. Other errors are tried again, kMaxCheckFailures times in all. A
  // report about a sweep that is not being checked (by that worker) is OK and changes nothing.
  [[nodiscard]] absl::StatusOr<Done> ReportCheck(const CheckReport& report, base::SteadyTime now);

 private:
  static constexpr uint32_t kMaxCheckFailures = 3;

  void Reject(SweepEntry& sweep, const store::Failure& failure);

  ClusterState& state_;
  Transitions& transitions_;
  AttemptEnder& ender_;
  RequestMemory& requests_;
};

// Trials of the sweep by state, as the API counts them.
[[nodiscard]] TrialCounts CountTrials(const SweepEntry& sweep);

}  // namespace sparsweep::coordinator
