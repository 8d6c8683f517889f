#include "pruning_core/kernels/cuda_devices.h"

#include <cuda_runtime_api.h>

namespace sparsweep::core {

CudaDevices FindCudaDevices() {
  CudaDevices devices;
  const cudaError_t error = cudaGetDeviceCount(&devices.count);
  if (error == cudaSuccess && devices.count > 0) return devices;
  devices.count = 0;
  devices.problem = "CUDA finds no device";
  if (error != cudaSuccess) devices.problem += std::string(" (") + cudaGetErrorString(error) + ")";
  return devices;
}

}  // namespace sparsweep::core
