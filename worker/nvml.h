// NVIDIA GPUs of this host through the driver's own library, loaded at run time: the worker runs as
// well where there is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsweep::worker {

struct Gpu {
  uint32_t index = 0;         // as CUDA counts with CUDA_DEVICE_ORDER=PCI_BUS_ID
  std::string model = {};     // "NVIDIA H200"
  uint64_t memory_bytes = 0;  // 0 when unknown
};

inline constexpr char kNvmlLibrary[] = "libnvidia-ml.so.1";

// Empty, with the reason logged, when the library is absent, does not start or finds no device.
// Blocks for as long as the driver takes (up to seconds): once, at start.
[[nodiscard]] std::vector<Gpu> FindGpus(const std::string& library = kNvmlLibrary);

}  // namespace sparsweep::worker
