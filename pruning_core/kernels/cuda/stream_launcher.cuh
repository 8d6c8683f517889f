// Starts kernels on a stream. For .cu files.
#pragma once

#include <cuda_runtime_api.h>

#include <utility>

#include "pruning_core/kernels/cuda/cuda_error.h"
#include "pruning_core/kernels/cuda/work_list.h"

namespace sparsweep::core {

// `blocks` of kBlockThreads threads each; none is a launch of nothing. Throws CudaError where a
// launch is refused; what goes wrong in a kernel is found by a later call.
struct StreamLauncher {
  cudaStream_t stream = nullptr;

  template <typename... Parameters, typename... Arguments>
  void operator()(void (*kernel)(Parameters...), int32_t blocks, Arguments&&... arguments) const {
    if (blocks == 0) return;
    kernel<<<static_cast<unsigned>(blocks), kBlockThreads, 0, stream>>>(
        std::forward<Arguments>(arguments)...);
    RequireCuda(cudaGetLastError(), "kernel launch");
  }
};

}  // namespace sparsweep::core
