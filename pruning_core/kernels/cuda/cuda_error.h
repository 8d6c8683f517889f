// A call into CUDA that failed. A process that sees one is not to go on.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "pruning_core/kernels/device_error.h"

namespace sparsweep::core {

class CudaError : public DeviceError {
 public:
  using DeviceError::DeviceError;
};

inline void RequireCuda(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  throw CudaError(std::string(what) + ": " + cudaGetErrorString(error));
}

}  // namespace sparsweep::core
