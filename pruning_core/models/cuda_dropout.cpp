#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "pruning_core/kernels/cuda/device_dropout.h"
#include "pruning_core/models/device_dropout.h"

namespace sparsweep::core {

bool FillsDropout(at::Device device) { return device.is_cuda(); }

void FillDropoutThere(const DropoutPlace& place, const DropoutRate& rate, const at::Tensor& rows,
                      const DropoutShape& shape, const at::Tensor& factors) {
  const c10::cuda::CUDAGuard guard(factors.device());
  FillDropoutOnDevice(place, rate, reinterpret_cast<const uint32_t*>(rows.const_data_ptr<int>()),
                      rows.numel(), shape, factors.mutable_data_ptr<float>(),
                      c10::cuda::getCurrentCUDAStream());
}

}  // namespace sparsweep::core
