#include "coordinator/state/cluster_state.h"

namespace sparsweep::coordinator {

void LoadState(const store::LoadedState& loaded, ClusterState& state) {
  state.sweeps = {};
  state.leases = {};
  for (auto& [name, worker] : state.workers) worker.holds_unknown = true;
  state.next_sweep_id = loaded.next_sweep_id;
  state.next_trial_id = loaded.next_trial_id;
  for (const store::Sweep& row : loaded.sweeps) state.sweeps.AddSweep(row);
  for (const store::Trial& row : loaded.trials) state.sweeps.AddTrial(row);
  for (const store::Attempt& row : loaded.live_attempts) {
    TrialEntry* trial = state.sweeps.FindTrial(row.trial_id);
    trial->attempt = row;
    trial->last_worker = row.worker;
  }
}

}  // namespace sparsweep::coordinator
