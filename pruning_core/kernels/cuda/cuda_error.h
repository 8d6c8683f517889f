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

// Throws CudaError, DeviceOutOfMemory.
inline void RequireCuda(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  if (error == cudaErrorMemoryAllocation) throw DeviceOutOfMemory(std::string(what));
  throw CudaError(std::string(what) + ": " + cudaGetErrorString(error));
}

}  // namespace sparsweep::core
