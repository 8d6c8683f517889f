// The slots a plan may still hand out. Built for one plan and used up by it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/state/cluster_state.h"
#include "coordinator/state/placement.h"

namespace sparsweep::coordinator {

// Borrows the state.
class FreeSlots {
 public:
  FreeSlots(const ClusterState& state, base::SteadyTime now);

  // All slots of an attempt or none (empty). One rank: a slot of `preferred` if it has one left,
  // else of the worker with the most left (the first by name among equals). Several: slots of one
  // kind of device, GPUs before CPUs; of one worker that has enough, chosen likewise, else over the
  // workers that have an address for it, rank 0 on `preferred` if possible.
  [[nodiscard]] Placement Take(const std::string& preferred, uint32_t ranks);

  // For ranks that cannot be had now: sets aside what is free where so many will first be, a worker
  // or all that have an address together. False, and nothing is set aside, where no place has so
  // many slots, free or not.
  bool Reserve(uint32_t ranks);

  [[nodiscard]] bool empty() const { return by_worker_.empty(); }

 private:
  using Slots = std::vector<const Slot*>;  // in reverse

  [[nodiscard]] size_t Count(const std::string& worker, const std::string& device) const;
  [[nodiscard]] Member TakeFrom(const std::string& worker, const std::string& device, size_t count);
  [[nodiscard]] Placement TakeOnOne(const std::string& preferred, const std::string& device,
                                    size_t count);
  [[nodiscard]] Placement TakeOverSeveral(const std::string& preferred, const std::string& device,
                                          size_t count);
  void SetAside(const std::string& worker, const std::string& device);

  std::map<std::string, const WorkerEntry*> workers_;  // alive, not draining
  std::set<std::string, std::greater<>> devices_;      // cuda, cpu
  std::map<std::string, Slots> by_worker_;             // free ones; none empty
};

}  // namespace sparsweep::coordinator
