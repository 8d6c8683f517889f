#include "coordinator/scheduler/lease_manager.h"

#include <algorithm>
#include <utility>

namespace sparsweep::coordinator {

using store::SweepState;
using store::TrialState;

void LeaseManager::Apply(const Plan& plan, base::SteadyTime now) {
  for (const AttemptKey& key : plan.release) Release(key);
  for (const AttemptKey& key : plan.requeue) Expire(key, now);
  for (const AttemptKey& key : plan.fail) Expire(key, now);
  for (const AttemptKey& key : plan.revoke) Revoke(key, now);
  for (const CheckAssignment& check : plan.check) Assign(check, now);
  for (const coordinator::Grant& grant : plan.grant) Grant(grant, now);
}

void LeaseManager::Restore(base::SteadyTime now) {
  for (const int64_t id : state_.sweeps.open()) {
    for (const int64_t trial_id : state_.sweeps.FindSweep(id)->trials) {
      const TrialEntry& trial = *state_.sweeps.FindTrial(trial_id);
      if (!trial.attempt) continue;
      Lease lease;
      lease.key = {trial_id, trial.row.attempt_number};
      lease.worker = trial.attempt->worker;
      lease.slots = trial.attempt->slots;
      lease.deadline = now + state_.lease_duration;
      state_.leases.Put(std::move(lease));
    }
  }
}

void LeaseManager::Renew(const AttemptKey& key, base::SteadyTime now) {
  state_.leases.Renew(key, now + state_.lease_duration);
}

void LeaseManager::SetInstance(const AttemptKey& key, const std::string& instance) {
  state_.leases.SetInstance(key, instance);
}

void LeaseManager::Release(const AttemptKey& key) { state_.leases.Remove(key); }

void LeaseManager::Lose(const AttemptKey& key, base::SteadyTime now) {
  TrialEntry* trial = Holder(key);
  if (trial == nullptr) return;
  ender_.Lose(*trial, "its worker restarted without it", now);
  Release(key);
}

void LeaseManager::Grant(const coordinator::Grant& grant, base::SteadyTime now) {
  TrialEntry* trial = state_.sweeps.FindTrial(grant.trial_id);
  const auto worker = state_.workers.find(grant.worker);
  if (trial == nullptr || trial->row.state != TrialState::kPending || grant.slots.empty() ||
      state_.sweeps.FindSweep(trial->row.sweep_id)->row.state != SweepState::kRunning ||
      worker == state_.workers.end() || worker->second.draining) {
    return Violation();
  }
  for (const std::string& slot : grant.slots) {
    if (!worker->second.HasSlot(slot) || state_.leases.IsTaken(grant.worker, slot)) {
      return Violation();
    }
  }
  store::Attempt attempt;
  attempt.trial_id = grant.trial_id;
  attempt.worker = grant.worker;
  attempt.slots = grant.slots;
  attempt.lease_duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(state_.lease_duration).count();
  attempt.create_time = transitions_.WallMicros();
  transitions_.OpenAttempt(*trial, std::move(attempt));
  Lease lease;
  lease.key = {grant.trial_id, trial->row.attempt_number};
  lease.worker = grant.worker;
  lease.instance = worker->second.instance;
  lease.slots = grant.slots;
  lease.deadline = now + state_.lease_duration;
  state_.leases.Put(std::move(lease));
}

void LeaseManager::Expire(const AttemptKey& key, base::SteadyTime now) {
  const Lease* lease = state_.leases.Find(key);
  TrialEntry* trial = Holder(key);
  if (trial == nullptr || lease == nullptr || lease->deadline > now) return Violation();
  ++state_.tally.lease_expirations;
  ender_.Lose(*trial, "its worker was not heard from for a lease's duration", now);
  Release(key);
}

void LeaseManager::Revoke(const AttemptKey& key, base::SteadyTime now) {
  const Lease* lease = state_.leases.Find(key);
  if (lease == nullptr || lease->ending) return Violation();
  TrialEntry& trial = *state_.sweeps.FindTrial(key.trial_id);
  if (trial.IsLive(key.attempt_number)) {
    ender_.Lose(trial, "its slot is gone from its worker", now);
  }
  state_.leases.MarkEnding(key);
}

void LeaseManager::Assign(const CheckAssignment& check, base::SteadyTime now) {
  SweepEntry* sweep = state_.sweeps.FindSweep(check.sweep_id);
  const auto worker = state_.workers.find(check.worker);
  if (sweep == nullptr || sweep->row.state != SweepState::kChecking ||
      worker == state_.workers.end() || !state_.IsAlive(worker->second, now)) {
    return Violation();
  }
  sweep->check.worker = check.worker;
}

TrialEntry* LeaseManager::Holder(const AttemptKey& key) {
  TrialEntry* trial = state_.sweeps.FindTrial(key.trial_id);
  if (trial != nullptr && trial->IsLive(key.attempt_number)) return trial;
  Violation();
  return nullptr;
}

}  // namespace sparsweep::coordinator
