#include "pruning_core/kernels/cuda_devices.h"

namespace sparsweep::core {

CudaDevices FindCudaDevices() { return {0, "this trainer was built without CUDA"}; }

}  // namespace sparsweep::core
