// Dropout's factors where the model is. Two sources: one is linked where the program is built with
// CUDA, one where it is not.
#pragma once

#include <cstdint>

#include "ATen/core/Tensor.h"
#include "pruning_core/kernels/dropout_factors.h"

namespace sparsweep::core {

// Whether FillDropoutThere() can fill a tensor on this device.
[[nodiscard]] bool FillsDropout(at::Device device);

// FillDropout() into a tensor on a device, the same bits; queued there. `rows`: int32, one an
// example, on the same device; lives until the stream has passed, as PyTorch's tensors do.
void FillDropoutThere(const DropoutPlace& place, const DropoutRate& rate, const at::Tensor& rows,
                      const DropoutShape& shape, const at::Tensor& factors);

}  // namespace sparsweep::core
