// Sweeps and their trials with the indexes that scheduling needs. A change of state costs O(log n).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "store/records.h"

namespace sparsweep::coordinator {

struct TrialEntry {
  store::Trial row;
  std::optional<store::Attempt> attempt;  // leased or running
  base::SteadyTime not_before;            // pending: backing off until then
  std::string last_worker;                // where its newest checkpoint lies; not kept on disk

  [[nodiscard]] bool IsLive(uint32_t attempt_number) const {
    return attempt && attempt->attempt_number == attempt_number;
  }
};

// Who checks the sweep's model and data before its first lease.
struct SweepCheck {
  std::string worker;            // empty = nobody yet
  std::optional<int64_t> trial;  // the one whose files are checked, once it was looked for
  uint32_t failures = 0;
  base::SteadyTime not_before;
};

struct SweepEntry {
  store::Sweep row;
  std::vector<int64_t> trials;          // by position
  std::set<uint32_t> pending;           // positions
  std::array<uint32_t, 6> counts = {};  // by store::TrialState
  SweepCheck check;
  uint32_t ranks = 1;  // of each of its attempts

  [[nodiscard]] uint32_t Count(store::TrialState state) const {
    return counts[static_cast<size_t>(state)];
  }
  // Leased or running.
  [[nodiscard]] uint32_t Active() const;
};

// Part of ClusterState. Only Transitions changes states.
class SweepTable {
 public:
  // Positions of a sweep's trials are added in order, from 0.
  SweepEntry& AddSweep(store::Sweep row);
  TrialEntry& AddTrial(store::Trial row);
  void SetState(SweepEntry& sweep, store::SweepState state);
  void SetState(TrialEntry& trial, store::TrialState state);

  // nullptr when there is none. Entries stay where they are.
  [[nodiscard]] SweepEntry* FindSweep(int64_t id);
  [[nodiscard]] SweepEntry* FindSweep(const std::string& name);
  [[nodiscard]] TrialEntry* FindTrial(int64_t id);
  [[nodiscard]] const SweepEntry* FindSweep(int64_t id) const;
  [[nodiscard]] const TrialEntry* FindTrial(int64_t id) const;
  [[nodiscard]] const std::map<int64_t, SweepEntry>& sweeps() const { return sweeps_; }
  // Those that have not ended, by id, which is the order they were created in.
  [[nodiscard]] const std::set<int64_t>& open() const { return open_; }

 private:
  std::map<int64_t, SweepEntry> sweeps_;
  std::unordered_map<std::string, int64_t> by_name_;
  std::unordered_map<int64_t, TrialEntry> trials_;
  std::set<int64_t> open_;
};

}  // namespace sparsweep::coordinator
