#include "coordinator/scheduler/free_slots.h"

#include <algorithm>

namespace sparsweep::coordinator {

FreeSlots::FreeSlots(const ClusterState& state, base::SteadyTime now) {
  for (const auto& [name, worker] : state.workers) {
    if (worker.draining || worker.holds_unknown || !state.IsAlive(worker, now)) continue;
    std::vector<std::string> slots;
    for (const Slot& slot : worker.slots) {
      if (!state.leases.IsTaken(name, slot.name)) slots.push_back(slot.name);
    }
    std::reverse(slots.begin(), slots.end());
    if (!slots.empty()) by_worker_.emplace(name, std::move(slots));
  }
}

std::optional<FreeSlots::Taken> FreeSlots::Take(const std::string& preferred) {
  auto worker = by_worker_.find(preferred);
  if (worker == by_worker_.end()) {
    worker = std::max_element(
        by_worker_.begin(), by_worker_.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  }
  if (worker == by_worker_.end()) return std::nullopt;
  Taken taken{worker->first, std::move(worker->second.back())};
  worker->second.pop_back();
  if (worker->second.empty()) by_worker_.erase(worker);
  return taken;
}

}  // namespace sparsweep::coordinator
