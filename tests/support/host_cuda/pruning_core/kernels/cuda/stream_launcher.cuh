// In place of the one that starts kernels on a GPU: they run on the host, block by block.
#pragma once

#include <cuda_runtime_api.h>

#include "pruning_core/kernels/cuda/cuda_error.h"

namespace sparsweep::core {

struct StreamLauncher {
  cudaStream_t stream = nullptr;

  template <typename... Parameters, typename... Arguments>
  void operator()(void (*kernel)(Parameters...), int32_t blocks,
                  const Arguments&... arguments) const {
    HostLauncher{}(kernel, blocks, arguments...);
  }
};

}  // namespace sparsweep::core
