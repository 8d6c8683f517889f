#include "coordinator/state/lease_table.h"

#include <algorithm>

namespace sparsweep::coordinator {

const LeasePart* Lease::PartOf(const std::string& worker) const {
  const auto part = std::ranges::find(parts, worker, &LeasePart::worker);
  return part == parts.end() ? nullptr : &*part;
}

base::SteadyTime Lease::Deadline() const {
  return std::ranges::min(parts, {}, &LeasePart::deadline).deadline;
}

void LeaseTable::Put(Lease lease) {
  for (const LeasePart& part : lease.parts) {
    by_worker_[part.worker].insert(lease.key);
    for (const std::string& slot : part.slots) taken_.emplace(part.worker, slot);
  }
  const AttemptKey key = lease.key;
  leases_.insert_or_assign(key, std::move(lease));
}

void LeaseTable::RemovePart(const AttemptKey& key, const std::string& worker) {
  const auto found = leases_.find(key);
  if (found == leases_.end()) return;
  std::vector<LeasePart>& parts = found->second.parts;
  const auto part = std::ranges::find(parts, worker, &LeasePart::worker);
  if (part == parts.end()) return;
  const auto of_worker = by_worker_.find(worker);
  of_worker->second.erase(key);
  if (of_worker->second.empty()) by_worker_.erase(of_worker);
  for (const std::string& slot : part->slots) taken_.erase({worker, slot});
  parts.erase(part);
  if (parts.empty()) leases_.erase(found);
}

void LeaseTable::Renew(const AttemptKey& key, const std::string& worker,
                       base::SteadyTime deadline) {
  Part(key, worker).deadline = deadline;
}

void LeaseTable::Take(const AttemptKey& key, const std::string& worker,
                      const std::string& instance) {
  SetInstance(key, worker, instance);
  Part(key, worker).taken = true;
}

void LeaseTable::SetInstance(const AttemptKey& key, const std::string& worker,
                             const std::string& instance) {
  Part(key, worker).instance = instance;
}

void LeaseTable::SetRendezvous(const AttemptKey& key, const std::string& rendezvous) {
  leases_.at(key).rendezvous = rendezvous;
}

void LeaseTable::MarkEnding(const AttemptKey& key) { leases_.at(key).ending = true; }

const Lease* LeaseTable::Find(const AttemptKey& key) const {
  const auto found = leases_.find(key);
  return found == leases_.end() ? nullptr : &found->second;
}

bool LeaseTable::Holds(int64_t trial_id) const {
  const auto first = leases_.lower_bound({trial_id, 0});
  return first != leases_.end() && first->first.trial_id == trial_id;
}

bool LeaseTable::IsTaken(const std::string& worker, const std::string& slot) const {
  return taken_.contains({worker, slot});
}

std::vector<AttemptKey> LeaseTable::OfWorker(const std::string& worker) const {
  const auto found = by_worker_.find(worker);
  if (found == by_worker_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

LeasePart& LeaseTable::Part(const AttemptKey& key, const std::string& worker) {
  return *std::ranges::find(leases_.at(key).parts, worker, &LeasePart::worker);
}

}  // namespace sparsweep::coordinator
