#include <c10/cuda/CUDAStream.h>

#include <utility>

#include "pruning_core/optim/cuda/cuda_passes.h"

namespace sparsweep::core {

DevicePassesMaker FindDevicePasses(at::Device device) {
  if (!device.is_cuda()) return nullptr;
  return [](DeviceArrays arrays) {
    return std::make_unique<CudaPasses>(std::move(arrays), c10::cuda::getCurrentCUDAStream());
  };
}

}  // namespace sparsweep::core
