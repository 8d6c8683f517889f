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

// What one worker holds of a lease: a rank on each slot.
struct LeasePart {
  std::string worker;
  std::string instance;  // of the worker; empty from a restart until the worker is back
  std::vector<std::string> slots;
  uint32_t first_rank = 0;
  base::SteadyTime deadline;  // each worker renews its own
  bool taken = false;         // its worker has said that it holds it
};

struct Lease {
  AttemptKey key;
  std::vector<LeasePart> parts;  // by rank; more than one: the ranks run on several workers
  // Where ranks on several workers meet, "host:port", once the worker of rank 0 has said so. Not on
  // disk: it says so again with each Sync.
  std::string rendezvous;
  // Revoked: the workers are told to let go. Slots stay taken until theirs has, or until the
  // deadline of its part.
  bool ending = false;

  // nullptr when the worker has no part.
  [[nodiscard]] const LeasePart* PartOf(const std::string& worker) const;
  // The first of a part: from then on the lease does not hold.
  [[nodiscard]] base::SteadyTime Deadline() const;
};

// Part of ClusterState. Only LeaseManager changes it.
class LeaseTable {
 public:
  // No lease of this key exists, and its slots are free.
  void Put(Lease lease);
  // The slots of one worker are free; the lease goes with its last part. No such part: nothing
  // happens.
  void RemovePart(const AttemptKey& key, const std::string& worker);
  // The lease and the worker's part exist, for each of these.
  void Renew(const AttemptKey& key, const std::string& worker, base::SteadyTime deadline);
  void Take(const AttemptKey& key, const std::string& worker, const std::string& instance);
  void SetInstance(const AttemptKey& key, const std::string& worker, const std::string& instance);
  void SetRendezvous(const AttemptKey& key, const std::string& rendezvous);
  void MarkEnding(const AttemptKey& key);

  // nullptr when there is none.
  [[nodiscard]] const Lease* Find(const AttemptKey& key) const;
  // Some attempt of the trial has a lease, be it an ending one.
  [[nodiscard]] bool Holds(int64_t trial_id) const;
  [[nodiscard]] bool IsTaken(const std::string& worker, const std::string& slot) const;
  [[nodiscard]] const std::map<AttemptKey, Lease>& all() const { return leases_; }
  [[nodiscard]] std::vector<AttemptKey> OfWorker(const std::string& worker) const;

 private:
  [[nodiscard]] LeasePart& Part(const AttemptKey& key, const std::string& worker);

  std::map<AttemptKey, Lease> leases_;
  std::map<std::string, std::set<AttemptKey>> by_worker_;
  std::set<std::pair<std::string, std::string>> taken_;  // (worker, slot)
};

}  // namespace sparsweep::coordinator
