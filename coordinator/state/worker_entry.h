// A worker as its last Sync described it. Not kept on disk: workers come back by themselves.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/clock.h"

namespace sparsweep::coordinator {

struct Slot {
  std::string name;    // "cpu:0", "cuda:0"
  std::string device;  // cpu | cuda
  std::string model;
  uint64_t memory_bytes = 0;
};

struct WorkerEntry {
  std::string name;
  std::string instance;
  std::string version;
  bool draining = false;
  std::string rank_address;  // empty: it takes part in no gang over several workers
  std::vector<Slot> slots;
  uint64_t sequence = 0;       // of the newest Sync
  base::SteadyTime last_seen;  // when that arrived
  std::vector<std::string> checking;
  // It holds a lease that is not ours to renew: its slots are busy until it has let go.
  bool holds_unknown = false;
  // Whose place this one took; what they still send is refused.
  std::deque<std::string> replaced;

  [[nodiscard]] bool HasSlot(const std::string& slot) const {
    for (const Slot& own : slots) {
      if (own.name == slot) return true;
    }
    return false;
  }
};

}  // namespace sparsweep::coordinator
