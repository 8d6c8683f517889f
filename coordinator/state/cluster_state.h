// Everything the coordinator knows, as plain values. Owned by CoordinatorCore; its loop's thread
// only. The scheduler reads it, Transitions and LeaseManager write it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "base/clock.h"
#include "coordinator/state/lease_table.h"
#include "coordinator/state/sweep_table.h"
#include "coordinator/state/worker_entry.h"
#include "store/store.h"

namespace sparsweep::coordinator {

// Counted since the process started, for the metrics page.
struct Tally {
  uint64_t lease_expirations = 0;
  uint64_t stale_reports_rejected = 0;
  uint64_t invariant_violations = 0;
};

struct ClusterState {
  std::chrono::nanoseconds lease_duration{std::chrono::seconds(60)};
  SweepTable sweeps;
  LeaseTable leases;
  std::map<std::string, WorkerEntry> workers;
  int64_t next_sweep_id = 1;
  int64_t next_trial_id = 1;
  Tally tally;

  // Heard from within a lease's duration.
  [[nodiscard]] bool IsAlive(const WorkerEntry& worker, base::SteadyTime now) const {
    return worker.last_seen + lease_duration > now;
  }
};

// Replaces sweeps, trials and live attempts by what is on disk and forgets the leases;
// LeaseManager::Restore brings them back. Workers stay, but get nothing until their next Sync.
void LoadState(const store::LoadedState& loaded, ClusterState& state);

}  // namespace sparsweep::coordinator
