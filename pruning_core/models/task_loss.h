// Losses of the tasks, meaned over the batch; differentiable.
#pragma once

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// logits [B, C], labels int64 [B] in [0, C).
[[nodiscard]] at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& labels);
// logits [B, 1], labels fp32 [B].
[[nodiscard]] at::Tensor SquaredError(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace sparsweep::core
