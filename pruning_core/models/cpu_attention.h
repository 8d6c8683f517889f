// Self-attention on the CPU that never holds the probabilities of a whole batch.
#pragma once

#include <cstdint>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// softmax(QKᵀ / √(H / heads) + padding) V, a few examples at a time, or one: of the [heads, Q, S]
// probabilities no more exist at once, and backward makes them again instead of reading them. The
// same bits whatever the threads. Queries and the result are [B, Q, H], keys and values [B, S, H],
// of one type, on the CPU; in bf16 scores and probabilities are rounded to bf16, the sums of their
// gradients are not. `padding`: [B, 1, 1, S], added to the scores, or undefined. Differentiable
// once, for queries, keys and values.
[[nodiscard]] at::Tensor AttendOnCpu(const at::Tensor& queries, const at::Tensor& keys,
                                     const at::Tensor& values, const at::Tensor& padding,
                                     int64_t heads);

}  // namespace sparsweep::core
