// The tensors of one batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/data/dataset.h"

namespace sparsweep::core {

// B rows, padded to the longest of them (S). On the CPU until OnDevice(); int64 unless it says
// otherwise. Padding stands behind an example's tokens. Targets that the task does not have are
// undefined tensors.
struct Batch {
  at::Tensor input_ids;               // [B, S]
  at::Tensor token_type_ids;          // [B, S], 1 on the second text
  at::Tensor attention_mask;          // [B, S], 1 on tokens, 0 on padding
  at::Tensor labels = {};             // [B]: class numbers, or fp32 targets of a regression
  at::Tensor start_positions = {};    // [B]: first token of the answer, 0 ([CLS]) for none
  at::Tensor end_positions = {};      // [B]: its last token
  std::vector<uint32_t> rows = {};    // [B]: rows of the dataset
  std::vector<int64_t> lengths = {};  // [B]: tokens of each example; empty: the mask says it
  bool padding_counts = true;         // whether logits of padding are read, where a head has them
};

// [B] of a mask; waits where it is on a device. Throws std::invalid_argument where an example has
// no token, or one behind padding.
[[nodiscard]] std::vector<int64_t> TokensOfEach(const at::Tensor& attention_mask);

// `rows` not empty, each < dataset.size(). Its padding does not count.
[[nodiscard]] Batch MakeBatch(const Dataset& dataset, std::span<const uint32_t> rows,
                              int32_t pad_id);

// The batch where a model on `device` can use it, with its lengths, so that nothing waits for the
// device to find them out. On the CPU the batch itself.
[[nodiscard]] Batch OnDevice(Batch batch, at::Device device);

}  // namespace sparsweep::core
