#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include <utility>

#include "pruning_core/optim/cuda/cuda_passes.h"

namespace sparsweep::core {

DevicePassesMaker FindDevicePasses(at::Device device) {
  if (!device.is_cuda()) return nullptr;
  return [device](DeviceArrays arrays) {
    // Of this thread from now on: CUDA allocates and launches on the thread's device.
    c10::cuda::set_device(device.index());
    return std::make_unique<CudaPasses>(std::move(arrays), c10::cuda::getCurrentCUDAStream());
  };
}

}  // namespace sparsweep::core
