// A cluster of a few rows for tests of the scheduler and its appliers.
#pragma once

#include <string>

#include "coordinator/scheduler/attempt_ender.h"
#include "coordinator/scheduler/lease_manager.h"
#include "coordinator/scheduler/scheduler.h"
#include "coordinator/state/transitions.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::coordinator {

// Leases last 10 s.
class ClusterFixture {
 public:
  ClusterFixture();

  // A running sweep of so many pending trials; its id. Trial ids count on over all sweeps, from 1.
  int64_t AddSweep(int trials, uint32_t max_concurrent = 0,
                   store::SweepState state = store::SweepState::kRunning);
  WorkerEntry& AddWorker(const std::string& name, int slots);

  [[nodiscard]] Plan MakePlan() const { return coordinator::MakePlan(state, time.Now()); }
  // One plan, applied.
  Plan Step();
  [[nodiscard]] TrialEntry& Trial(int64_t id) { return *state.sweeps.FindTrial(id); }
  [[nodiscard]] SweepEntry& Sweep(int64_t id) { return *state.sweeps.FindSweep(id); }
  // "pending", "leased", …
  [[nodiscard]] std::string StateOf(int64_t trial_id) {
    return std::string(store::Name(Trial(trial_id).row.state));
  }

  test::TestExecutor time;
  ClusterState state;
  Transitions transitions;
  AttemptEnder ender;
  LeaseManager leases;
};

}  // namespace sparsweep::coordinator
