// The slots a plan may still hand out. Built for one plan and used up by it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/state/cluster_state.h"

namespace sparsweep::coordinator {

class FreeSlots {
 public:
  FreeSlots(const ClusterState& state, base::SteadyTime now);

  struct Taken {
    std::string worker;
    std::string slot;
  };
  // Takes a slot of `preferred` if it has one left, else of the worker with the most left (the
  // first by name among equals); nullopt when all are gone.
  [[nodiscard]] std::optional<Taken> Take(const std::string& preferred);
  [[nodiscard]] bool empty() const { return by_worker_.empty(); }

 private:
  std::map<std::string, std::vector<std::string>> by_worker_;  // slots in reverse, none empty
};

}  // namespace sparsweep::coordinator
