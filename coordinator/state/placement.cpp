#include "coordinator/state/placement.h"

namespace sparsweep::coordinator {
namespace {

constexpr char kSeparator = '/';  // no part of a worker's or a slot's name

}  // namespace

uint32_t Ranks(const Placement& placement) {
  size_t ranks = 0;
  for (const Member& member : placement) ranks += member.slots.size();
  return static_cast<uint32_t>(ranks);
}

void SetPlacement(const Placement& placement, store::Attempt& attempt) {
  attempt.worker = placement.front().worker;
  attempt.slots = placement.front().slots;
  for (size_t i = 1; i < placement.size(); ++i) {
    for (const std::string& slot : placement[i].slots) {
      attempt.slots.push_back(placement[i].worker + kSeparator + slot);
    }
  }
}

Placement PlacementOf(const store::Attempt& attempt) {
  Placement placement = {{attempt.worker, {}}};
  for (const std::string& slot : attempt.slots) {
    const size_t separator = slot.find(kSeparator);
    if (separator == std::string::npos) {
      placement.front().slots.push_back(slot);
      continue;
    }
    std::string worker = slot.substr(0, separator);
    if (placement.back().worker != worker) placement.push_back({std::move(worker), {}});
    placement.back().slots.push_back(slot.substr(separator + 1));
  }
  return placement;
}

}  // namespace sparsweep::coordinator
