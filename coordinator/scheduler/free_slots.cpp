#include "coordinator/scheduler/free_slots.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sparsweep::coordinator {

FreeSlots::FreeSlots(const ClusterState& state, base::SteadyTime now) {
  for (const auto& [name, worker] : state.workers) {
    if (worker.draining || !state.IsAlive(worker, now)) continue;
    workers_.emplace(name, &worker);
    Slots slots;
    for (const Slot& slot : worker.slots) {
      devices_.insert(slot.device);
      if (!worker.holds_unknown && !state.leases.IsTaken(name, slot.name)) slots.push_back(&slot);
    }
    std::reverse(slots.begin(), slots.end());
    if (!slots.empty()) by_worker_.emplace(name, std::move(slots));
  }
}

Placement FreeSlots::Take(const std::string& preferred, uint32_t ranks) {
  if (ranks > 1) {
    for (const std::string& device : devices_) {
      Placement placement = TakeOnOne(preferred, device, ranks);
      if (placement.empty()) placement = TakeOverSeveral(preferred, device, ranks);
      if (!placement.empty()) return placement;
    }
    return {};
  }
  auto worker = by_worker_.find(preferred);
  if (worker == by_worker_.end()) {
    worker = std::max_element(
        by_worker_.begin(), by_worker_.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  }
  if (worker == by_worker_.end()) return {};
  return {TakeFrom(worker->first, worker->second.back()->device, 1)};
}

Placement FreeSlots::TakeOnOne(const std::string& preferred, const std::string& device,
                               size_t count) {
  const std::string* best = nullptr;
  for (const auto& [name, slots] : by_worker_) {
    const size_t free = Count(name, device);
    if (free < count || (best != nullptr && *best == preferred)) continue;
    if (best == nullptr || name == preferred || free > Count(*best, device)) best = &name;
  }
  if (best == nullptr) return {};
  return {TakeFrom(std::string(*best), device, count)};
}

Placement FreeSlots::TakeOverSeveral(const std::string& preferred, const std::string& device,
                                     size_t count) {
  std::vector<std::tuple<bool, size_t, std::string>> order;  // ascending: first to take
  size_t total = 0;
  for (const auto& [name, slots] : by_worker_) {
    if (workers_.at(name)->rank_address.empty()) continue;
    const size_t free = Count(name, device);
    if (free == 0) continue;
    total += free;
    order.emplace_back(name != preferred, SIZE_MAX - free, name);
  }
  if (total < count) return {};
  std::sort(order.begin(), order.end());
  Placement placement;
  for (const auto& [other, missing, name] : order) {
    if (count == 0) break;
    placement.push_back(TakeFrom(name, device, std::min(count, Count(name, device))));
    count -= placement.back().slots.size();
  }
  return placement;
}

bool FreeSlots::Reserve(uint32_t ranks) {
  struct Place {
    size_t slots = 0;
    size_t free = 0;
    std::vector<std::string> workers;
  };
  std::map<std::pair<std::string, std::string>, Place> places;  // device, worker or "" for several
  for (const auto& [name, worker] : workers_) {
    for (const std::string& device : devices_) {
      Place& place = places[{device, worker->rank_address.empty() ? name : ""}];
      place.slots += static_cast<size_t>(std::ranges::count(worker->slots, device, &Slot::device));
      place.free += Count(name, device);
      place.workers.push_back(name);
    }
  }
  const std::pair<const std::pair<std::string, std::string>, Place>* best = nullptr;
  for (const auto& entry : places) {
    if (entry.second.slots < ranks) continue;
    if (best == nullptr || entry.second.free > best->second.free) best = &entry;
  }
  if (best == nullptr) return false;
  for (const std::string& worker : best->second.workers) SetAside(worker, best->first.first);
  return true;
}

size_t FreeSlots::Count(const std::string& worker, const std::string& device) const {
  const auto found = by_worker_.find(worker);
  if (found == by_worker_.end()) return 0;
  return static_cast<size_t>(std::ranges::count(found->second, device, &Slot::device));
}

Member FreeSlots::TakeFrom(const std::string& worker, const std::string& device, size_t count) {
  const auto found = by_worker_.find(worker);
  Member member{worker, {}};
  for (size_t i = found->second.size(); i-- > 0 && member.slots.size() < count;) {
    if (found->second[i]->device != device) continue;
    member.slots.push_back(found->second[i]->name);
    found->second.erase(found->second.begin() + static_cast<ptrdiff_t>(i));
  }
  if (found->second.empty()) by_worker_.erase(found);
  return member;
}

void FreeSlots::SetAside(const std::string& worker, const std::string& device) {
  const auto found = by_worker_.find(worker);
  if (found == by_worker_.end()) return;
  std::erase_if(found->second, [&device](const Slot* slot) { return slot->device == device; });
  if (found->second.empty()) by_worker_.erase(found);
}

}  // namespace sparsweep::coordinator
