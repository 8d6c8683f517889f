// A tensor's numbers for Comparison, which knows no tensors.
#pragma once

#include <cstddef>
#include <span>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// `contiguous`: fp32 on the CPU; must outlive the span.
[[nodiscard]] inline std::span<const float> ValuesOf(const at::Tensor& contiguous) {
  return {contiguous.const_data_ptr<float>(), static_cast<size_t>(contiguous.numel())};
}

}  // namespace sparsweep::core
