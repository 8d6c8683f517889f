#include "worker/slot_inventory.h"

#include <algorithm>

namespace sparsweep::worker {

std::vector<WorkerSlot> ListSlots(const std::vector<Gpu>& gpus, std::optional<uint32_t> cpu_slots,
                                  uint32_t cores) {
  const uint32_t cpus = cpu_slots.value_or(gpus.empty() ? std::max(cores, 1U) : 0);
  std::vector<WorkerSlot> slots;
  slots.reserve(gpus.size() + cpus);
  for (const Gpu& gpu : gpus) {
    slots.push_back({.name = "cuda:" + std::to_string(gpu.index),
                     .device = "cuda",
                     .model = gpu.model,
                     .memory_bytes = gpu.memory_bytes});
  }
  for (uint32_t index = 0; index < cpus; ++index) {
    slots.push_back({.name = "cpu:" + std::to_string(index), .device = "cpu", .model = ""});
  }
  return slots;
}

std::string DeviceOfSlot(const std::string& slot) { return slot.starts_with("cpu") ? "cpu" : slot; }

}  // namespace sparsweep::worker
