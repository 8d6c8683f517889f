// GPUs that this program can use. Two sources: one asks CUDA's runtime, one is linked where the
// program is built without it.
#pragma once

#include <string>

namespace sparsweep::core {

struct CudaDevices {
  int count = 0;
  std::string problem;  // why there is none
};

// Costs the start of CUDA's runtime when there is a GPU. Any thread.
[[nodiscard]] CudaDevices FindCudaDevices();

}  // namespace sparsweep::core
