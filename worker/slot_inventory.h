// The places of this host where a rank can run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "worker/nvml.h"

namespace sparsweep::worker {

struct WorkerSlot {
  std::string name;    // "cpu:0", "cuda:0"
  std::string device;  // cpu | cuda
  std::string model = {};
  uint64_t memory_bytes = 0;
};

// One slot a GPU, then `cpu_slots` CPU slots. Without a number: none beside GPUs, else one a core.
[[nodiscard]] std::vector<WorkerSlot> ListSlots(const std::vector<Gpu>& gpus,
                                                std::optional<uint32_t> cpu_slots, uint32_t cores);

// TrialSpec.device of a rank on this slot: "cpu" for "cpu:3", "cuda:1" for "cuda:1".
[[nodiscard]] std::string DeviceOfSlot(const std::string& slot);

}  // namespace sparsweep::worker
