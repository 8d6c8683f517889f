// Who may train what, and until when. Lookups and changes are O(log n); there are no more leases
// than slots, so a plan walks them all.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace sparsweep::coordinator {

struct AttemptKey {
  int64_t trial_id = 0;
  uint32_t attempt_number = 0;
  auto operator<=>(const AttemptKey&) const = default;
};

struct Lease {
  AttemptKey key;
  std::string worker;
  std::string instance;  // of the worker; empty from a restart until the worker is back
  std::vector<std::string> slots;
  base::SteadyTime deadline;
  // Revoked: the worker is told to let go. Its slots stay taken until it has, or until the
  // deadline.
  bool ending = false;
};

// Part of ClusterState. Only LeaseManager changes it.
class LeaseTable {
 public:
  // No lease of this key exists, and its slots are free.
  void Put(Lease lease);
  void Remove(const AttemptKey& key);
  // The lease exists, for each of these.
  void Renew(const AttemptKey& key, base::SteadyTime deadline);
  void SetInstance(const AttemptKey& key, const std::string& instance);
  void MarkEnding(const AttemptKey& key);

  // nullptr when there is none.
  [[nodiscard]] const Lease* Find(const AttemptKey& key) const;
  [[nodiscard]] bool IsTaken(const std::string& worker, const std::string& slot) const;
  [[nodiscard]] const std::map<AttemptKey, Lease>& all() const { return leases_; }
  [[nodiscard]] std::vector<AttemptKey> OfWorker(const std::string& worker) const;

 private:
  std::map<AttemptKey, Lease> leases_;
  std::map<std::string, std::set<AttemptKey>> by_worker_;
  std::set<std::pair<std::string, std::string>> taken_;  // (worker, slot)
};

}  // namespace sparsweep::coordinator
