// Self-attention by LibTorch's operations, for devices and for dropout.
#pragma once

#include <cstdint>

#include "ATen/core/Tensor.h"
#include "pruning_core/models/batch_dropout.h"
#include "pruning_core/models/packed_tokens.h"

namespace sparsweep::core {

// softmax(QKᵀ / √(H / heads)) V within each example: rows are set apart to [B, S, H], padding gets
// scores of -10000, and the result is the queries' array again. Queries have a row for each place,
// token or first token, keys and values for each place or token. Dropout of the probabilities at
// `site`, and only then those of a whole batch are stored.
[[nodiscard]] at::Tensor AttendPadded(const at::Tensor& queries, const at::Tensor& keys,
                                      const at::Tensor& values, const PackedTokens& tokens,
                                      int64_t heads, const BatchDropout& dropout, uint64_t site);

}  // namespace sparsweep::core
