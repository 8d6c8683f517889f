// What a Sync says about its worker, and what the worker should hold.
#pragma once

#include "absl/status/status.h"
#include "base/clock.h"
#include "coordinator/coordinator_core/requests.h"
#include "coordinator/scheduler/lease_manager.h"
#include "coordinator/state/cluster_state.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread.
class WorkerSync {
 public:
  WorkerSync(ClusterState& state, LeaseManager& leases) : state_(state), leases_(leases) {}

  // Takes note of the worker: renews the leases that it holds, frees the slots of revoked ones that
  // it let go, and, when it is a new instance, loses at once what it does not hold any more.
  // INVALID_ARGUMENT; ABORTED: an older Sync (STALE_SYNC) or an instance that was replaced
  // (WORKER_REPLACED); nothing changes then.
  [[nodiscard]] absl::Status Arrive(const SyncRequest& request, base::SteadyTime now);
  // Whether it would make `request`'s worker a new instance.
  [[nodiscard]] bool IsNewInstance(const SyncRequest& request) const;

  // Drops workers that have been lost for long.
  void ForgetLost(base::SteadyTime now);

  // By trial, the leases the worker should hold (ranks above 0 once rank 0 waits for them), and by
  // name the sweeps it should check.
  [[nodiscard]] std::vector<AttemptKey> WantedLeases(const std::string& worker) const;
  [[nodiscard]] std::vector<std::string> WantedChecks(const std::string& worker) const;

  // The same in full, for the reply to `request`. Renews what the worker holds; what it has yet to
  // take comes with what is left of its duration, so that a lease nobody takes runs out.
  [[nodiscard]] SyncAnswer Answer(const SyncRequest& request, base::SteadyTime now);

 private:
  // What a sweep's check reads.
  [[nodiscard]] absl::StatusOr<contract::TrialSpec> CheckedTrial(SweepEntry& sweep);
  void TakeOver(const SyncRequest& request, base::SteadyTime now);
  void TakeHeld(const SyncRequest& request, base::SteadyTime now);

  ClusterState& state_;
  LeaseManager& leases_;
};

}  // namespace sparsweep::coordinator
