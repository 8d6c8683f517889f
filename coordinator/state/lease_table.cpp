#include "coordinator/state/lease_table.h"

namespace sparsweep::coordinator {

void LeaseTable::Put(Lease lease) {
  by_worker_[lease.worker].insert(lease.key);
  for (const std::string& slot : lease.slots) taken_.emplace(lease.worker, slot);
  const AttemptKey key = lease.key;
  leases_.insert_or_assign(key, std::move(lease));
}

void LeaseTable::Remove(const AttemptKey& key) {
  const auto found = leases_.find(key);
  if (found == leases_.end()) return;
  const Lease& lease = found->second;
  const auto of_worker = by_worker_.find(lease.worker);
  of_worker->second.erase(key);
  if (of_worker->second.empty()) by_worker_.erase(of_worker);
  for (const std::string& slot : lease.slots) taken_.erase({lease.worker, slot});
  leases_.erase(found);
}

void LeaseTable::Renew(const AttemptKey& key, base::SteadyTime deadline) {
  leases_.at(key).deadline = deadline;
}

void LeaseTable::SetInstance(const AttemptKey& key, const std::string& instance) {
  leases_.at(key).instance = instance;
}

void LeaseTable::MarkEnding(const AttemptKey& key) { leases_.at(key).ending = true; }

const Lease* LeaseTable::Find(const AttemptKey& key) const {
  const auto found = leases_.find(key);
  return found == leases_.end() ? nullptr : &found->second;
}

bool LeaseTable::IsTaken(const std::string& worker, const std::string& slot) const {
  return taken_.contains({worker, slot});
}

std::vector<AttemptKey> LeaseTable::OfWorker(const std::string& worker) const {
  const auto found = by_worker_.find(worker);
  if (found == by_worker_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace sparsweep::coordinator
