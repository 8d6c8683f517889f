#include "coordinator/scheduler/lease_manager.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace sparsweep::coordinator {

using store::SweepState;
using store::TrialState;

void LeaseManager::Apply(const Plan& plan, base::SteadyTime now) {
  for (const AttemptKey& key : plan.release) ReleaseExpired(key, now);
  for (const AttemptKey& key : plan.requeue) Expire(key, now);
  for (const AttemptKey& key : plan.fail) Expire(key, now);
  for (const AttemptKey& key : plan.revoke) Revoke(key, now);
  for (const CheckAssignment& check : plan.check) Assign(check, now);
  for (const coordinator::Grant& grant : plan.grant) Grant(grant, now);
}

void LeaseManager::Restore(base::SteadyTime now) {
  for (const int64_t id : state_.sweeps.open()) {
    const SweepEntry& sweep = *state_.sweeps.FindSweep(id);
    for (const int64_t trial_id : sweep.trials) {
      TrialEntry& trial = *state_.sweeps.FindTrial(trial_id);
      if (trial.attempt) {
        Put({trial_id, trial.row.attempt_number}, PlacementOf(*trial.attempt), now);
      } else if (sweep.ranks > 1 && trial.row.attempt_number > 0) {
        // Ranks of its last attempt may still run: revoked leases are not on disk.
        trial.not_before = now + state_.lease_duration;
      }
    }
  }
}

void LeaseManager::Put(const AttemptKey& key, const Placement& placement, base::SteadyTime now) {
  Lease lease;
  lease.key = key;
  uint32_t rank = 0;
  for (const Member& member : placement) {
    LeasePart& part = lease.parts.emplace_back();
    part.worker = member.worker;
    part.slots = member.slots;
    part.first_rank = rank;
    part.deadline = now + state_.lease_duration;
    rank += static_cast<uint32_t>(member.slots.size());
  }
  state_.leases.Put(std::move(lease));
}

void LeaseManager::Renew(const AttemptKey& key, const std::string& worker, base::SteadyTime now) {
  state_.leases.Renew(key, worker, now + state_.lease_duration);
}

void LeaseManager::Take(const AttemptKey& key, const std::string& worker,
                        const std::string& instance) {
  state_.leases.Take(key, worker, instance);
}

void LeaseManager::Meet(const AttemptKey& key, const std::string& worker,
                        const std::string& rendezvous) {
  const Lease* lease = state_.leases.Find(key);
  const LeasePart* part = lease == nullptr ? nullptr : lease->PartOf(worker);
  if (part != nullptr && part->first_rank == 0) state_.leases.SetRendezvous(key, rendezvous);
}

void LeaseManager::Release(const AttemptKey& key, const std::string& worker) {
  const Lease* lease = state_.leases.Find(key);
  if (lease == nullptr || lease->PartOf(worker) == nullptr) return;
  state_.leases.MarkEnding(key);
  state_.leases.RemovePart(key, worker);
}

void LeaseManager::Lose(const AttemptKey& key, const std::string& worker, base::SteadyTime now) {
  TrialEntry* trial = Holder(key);
  if (trial == nullptr) return;
  ender_.Lose(*trial, worker, "its worker restarted without it", now);
  Release(key, worker);
}

bool LeaseManager::CanGrant(const coordinator::Grant& grant) const {
  const TrialEntry* trial = state_.sweeps.FindTrial(grant.trial_id);
  if (trial == nullptr || trial->row.state != TrialState::kPending) return false;
  const SweepEntry& sweep = *state_.sweeps.FindSweep(trial->row.sweep_id);
  if (sweep.row.state != SweepState::kRunning || Ranks(grant.placement) != sweep.ranks) {
    return false;
  }
  std::set<std::string> workers;
  for (const Member& member : grant.placement) {
    const auto worker = state_.workers.find(member.worker);
    if (worker == state_.workers.end() || worker->second.draining ||
        !workers.insert(member.worker).second) {
      return false;
    }
    std::set<std::string> slots;
    for (const std::string& slot : member.slots) {
      if (!worker->second.HasSlot(slot) || state_.leases.IsTaken(member.worker, slot) ||
          !slots.insert(slot).second) {
        return false;
      }
    }
  }
  return true;
}

void LeaseManager::Grant(const coordinator::Grant& grant, base::SteadyTime now) {
  if (!CanGrant(grant)) return Violation();
  TrialEntry& trial = *state_.sweeps.FindTrial(grant.trial_id);
  store::Attempt attempt;
  attempt.trial_id = grant.trial_id;
  SetPlacement(grant.placement, attempt);
  attempt.lease_duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(state_.lease_duration).count();
  attempt.create_time = transitions_.WallMicros();
  transitions_.OpenAttempt(trial, std::move(attempt));
  const AttemptKey key{grant.trial_id, trial.row.attempt_number};
  Put(key, grant.placement, now);
  for (const Member& member : grant.placement) {
    state_.leases.SetInstance(key, member.worker, state_.workers.at(member.worker).instance);
  }
}

void LeaseManager::Expire(const AttemptKey& key, base::SteadyTime now) {
  const Lease* lease = state_.leases.Find(key);
  TrialEntry* trial = Holder(key);
  if (trial == nullptr || lease == nullptr || lease->Deadline() > now) return Violation();
  ++state_.tally.lease_expirations;
  const auto first = std::ranges::min_element(lease->parts, {}, &LeasePart::deadline);
  ender_.Lose(*trial, first->worker, "its worker was not heard from for a lease's duration", now);
  state_.leases.MarkEnding(key);
  ReleaseExpired(key, now);
}

void LeaseManager::ReleaseExpired(const AttemptKey& key, base::SteadyTime now) {
  const Lease* lease = state_.leases.Find(key);
  if (lease == nullptr) return;
  std::vector<std::string> over;
  for (const LeasePart& part : lease->parts) {
    if (part.deadline <= now) over.push_back(part.worker);
  }
  for (const std::string& worker : over) state_.leases.RemovePart(key, worker);
}

void LeaseManager::Revoke(const AttemptKey& key, base::SteadyTime now) {
  const Lease* lease = state_.leases.Find(key);
  if (lease == nullptr || lease->ending) return Violation();
  TrialEntry& trial = *state_.sweeps.FindTrial(key.trial_id);
  if (trial.IsLive(key.attempt_number)) {
    ender_.Lose(trial, trial.attempt->worker, "its slot is gone from its worker", now);
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
