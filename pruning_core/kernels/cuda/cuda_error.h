// A call into CUDA that failed. A process that sees one is not to go on.
#pragma once

#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace sparsweep::core {

class CudaError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void RequireCuda(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  throw CudaError(std::string(what) + ": " + cudaGetErrorString(error));
}

}  // namespace sparsweep::core
