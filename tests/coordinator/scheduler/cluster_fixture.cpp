#include "tests/coordinator/scheduler/cluster_fixture.h"

namespace sparsweep::coordinator {

ClusterFixture::ClusterFixture()
    : transitions(state, time), ender(state, transitions), leases(state, transitions, ender) {
  state.lease_duration = std::chrono::seconds(10);
}

int64_t ClusterFixture::AddSweep(int trials, uint32_t max_concurrent, store::SweepState state_of) {
  store::Sweep sweep;
  sweep.id = state.next_sweep_id++;
  sweep.name = "sweep-" + std::to_string(sweep.id);
  sweep.state = state_of;
  sweep.max_concurrent = max_concurrent;
  sweep.max_restarts = 2;
  state.sweeps.AddSweep(sweep);
  for (int i = 0; i < trials; ++i) {
    store::Trial trial;
    trial.id = state.next_trial_id++;
    trial.sweep_id = sweep.id;
    trial.position = static_cast<uint32_t>(i);
    state.sweeps.AddTrial(trial);
  }
  return sweep.id;
}

WorkerEntry& ClusterFixture::AddWorker(const std::string& name, int slots) {
  WorkerEntry& worker = state.workers[name];
  worker.name = name;
  worker.instance = name + "-1";
  worker.last_seen = time.Now();
  for (int i = 0; i < slots; ++i) {
    worker.slots.push_back({"cpu:" + std::to_string(i), "cpu", "", 0});
  }
  return worker;
}

Plan ClusterFixture::Step() {
  Plan plan = MakePlan();
  leases.Apply(plan, time.Now());
  return plan;
}

}  // namespace sparsweep::coordinator
