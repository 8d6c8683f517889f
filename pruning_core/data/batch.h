// The tensors of one batch.
#pragma once

#include <cstdint>
#include <span>

#include "ATen/core/Tensor.h"
#include "pruning_core/data/dataset.h"

namespace sparsweep::core {

// B rows, padded to the longest of them (S). All int64 on the CPU.
struct Batch {
  at::Tensor input_ids;       // [B, S]
  at::Tensor token_type_ids;  // [B, S], 1 on the second text
  at::Tensor attention_mask;  // [B, S], 1 on tokens, 0 on padding
  at::Tensor labels;          // [B], class numbers
};

// `rows` not empty, each < dataset.size().
[[nodiscard]] Batch MakeBatch(const Dataset& dataset, std::span<const uint32_t> rows,
                              int32_t pad_id);

}  // namespace sparsweep::core
