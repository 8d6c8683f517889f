#include "coordinator/scheduler/scheduler.h"

#include <utility>

#include "coordinator/scheduler/free_slots.h"
#include "coordinator/scheduler/retry_policy.h"

namespace sparsweep::coordinator {
namespace {

using store::SweepState;

bool SlotGone(const ClusterState& state, const Lease& lease) {
  for (const LeasePart& part : lease.parts) {
    const auto worker = state.workers.find(part.worker);
    if (worker == state.workers.end()) continue;  // not back since our restart
    for (const std::string& slot : part.slots) {
      if (!worker->second.HasSlot(slot)) return true;
    }
  }
  return false;
}

void PlanLeases(const ClusterState& state, base::SteadyTime now, Plan& plan) {
  for (const auto& [key, lease] : state.leases.all()) {
    const bool expired = lease.Deadline() <= now;
    if (lease.ending) {
      if (expired) plan.release.push_back(key);
      continue;
    }
    const TrialEntry& trial = *state.sweeps.FindTrial(key.trial_id);
    const bool canceled = !trial.IsLive(key.attempt_number);
    if (canceled || (!expired && SlotGone(state, lease))) {
      plan.revoke.push_back(key);
    } else if (expired) {
      const store::Sweep& sweep = state.sweeps.FindSweep(trial.row.sweep_id)->row;
      const bool retry =
          DecideRetry(contract::FailureClass::kLostWorker, trial.row, sweep.max_restarts).retry;
      (retry ? plan.requeue : plan.fail).push_back(key);
    }
  }
}

bool CanCheck(const ClusterState& state, const std::string& name, base::SteadyTime now) {
  const auto worker = state.workers.find(name);
  return worker != state.workers.end() && !worker->second.draining &&
         !worker->second.slots.empty() && state.IsAlive(worker->second, now);
}

void PlanChecks(const ClusterState& state, base::SteadyTime now, Plan& plan) {
  std::map<std::string, size_t> load;  // checks by worker
  std::vector<int64_t> waiting;
  for (const int64_t id : state.sweeps.open()) {
    const SweepEntry& sweep = *state.sweeps.FindSweep(id);
    if (sweep.row.state != SweepState::kChecking) continue;
    if (CanCheck(state, sweep.check.worker, now)) {
      ++load[sweep.check.worker];
    } else if (sweep.check.not_before <= now) {
      waiting.push_back(id);
    }
  }
  for (const int64_t id : waiting) {
    const std::string* best = nullptr;
    for (const auto& [name, worker] : state.workers) {
      if (CanCheck(state, name, now) && (best == nullptr || load[name] < load[*best])) {
        best = &name;
      }
    }
    if (best == nullptr) return;
    ++load[*best];
    plan.check.push_back({id, *best});
  }
}

void PlanGrants(const ClusterState& state, base::SteadyTime now, Plan& plan) {
  FreeSlots free(state, now);
  bool reserved = false;
  for (const int64_t id : state.sweeps.open()) {
    const SweepEntry& sweep = *state.sweeps.FindSweep(id);
    if (sweep.row.state != SweepState::kRunning) continue;
    uint32_t active = sweep.Active();
    for (const uint32_t position : sweep.pending) {
      if (free.empty()) return;
      if (sweep.row.max_concurrent != 0 && active >= sweep.row.max_concurrent) break;
      const TrialEntry& trial = *state.sweeps.FindTrial(sweep.trials[position]);
      if (trial.not_before > now) continue;
      // Ranks of the attempt before may still run on workers other than the one that ended it.
      if (state.leases.Holds(trial.row.id)) continue;
      Placement placement = free.Take(trial.last_worker, sweep.ranks);
      if (placement.empty()) {
        reserved = reserved || free.Reserve(sweep.ranks);
        break;  // the others of this sweep have as many ranks
      }
      plan.grant.push_back({trial.row.id, std::move(placement)});
      ++active;
    }
  }
}

}  // namespace

Plan MakePlan(const ClusterState& state, base::SteadyTime now) {
  Plan plan;
  PlanLeases(state, now, plan);
  PlanChecks(state, now, plan);
  PlanGrants(state, now, plan);
  return plan;
}

}  // namespace sparsweep::coordinator
