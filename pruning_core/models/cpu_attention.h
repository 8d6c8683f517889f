// Self-attention on the CPU that never holds the probabilities of a whole batch.
#pragma once

#include <cstdint>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// softmax(QKᵀ / √(H / heads) + padding) V, a few examples at a time: their [heads, Q, S]
// probabilities stay in the cache of the core that works on them, and backward makes them again
// instead of reading them. The same bits whatever the threads. Queries and the result are
// [B, Q, H], keys and values [B, S, H], of one type, on the CPU. `padding`: [B, 1, 1, S], added to
// the scores, or undefined. Differentiable once, for queries, keys and values.
[[nodiscard]] at::Tensor AttendOnCpu(const at::Tensor& queries, const at::Tensor& keys,
                                     const at::Tensor& values, const at::Tensor& padding,
                                     int64_t heads);

}  // namespace sparsweep::core
