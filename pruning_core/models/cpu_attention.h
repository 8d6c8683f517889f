// Self-attention on the CPU that never holds the probabilities of a whole batch.
#pragma once

#include <cstdint>

#include "ATen/core/Tensor.h"
#include "pruning_core/models/attention_parts.h"

namespace sparsweep::core {

// softmax(QKᵀ / √(H / heads)) V within each example. A few neighbours of the same lengths are
// worked on at a time, or one: of the [heads, Q, S] probabilities no more exist at once, and
// backward makes them again instead of reading them. The same bits whatever the threads. Queries
// and the result are [Q of all examples, H], keys and values [S of all examples, H], of one type,
// on the CPU; in bf16 scores and probabilities are rounded to bf16, the sums of their gradients are
// not. Differentiable once, for queries, keys and values; keys and values that are not attended to
// get 0.
[[nodiscard]] at::Tensor AttendOnCpu(const at::Tensor& queries, const at::Tensor& keys,
                                     const at::Tensor& values, const AttentionRows& rows,
                                     int64_t heads);

}  // namespace sparsweep::core
