// The factors that dropout multiplies a tensor with.
#pragma once

#include <cstdint>
#include <span>

#include "pruning_core/kernels/dropout_element.h"

namespace sparsweep::core {

// Of one example: heads × tokens lines of `width` elements. Where they have different numbers of
// tokens, `tokens` is the most or more, and example i has those from starts[i] up to starts[i + 1].
struct DropoutShape {
  int64_t heads, tokens, width;
  const int64_t* starts = nullptr;  // [rows + 1], from 0 on; in the memory of the factors
};

// Element i becomes 0 or 1 / (1 - p), by `key` and i alone: a longer line starts with the same
// factors. Lines with different keys are independent.
void FillDropoutLine(uint64_t key, const DropoutRate& rate, std::span<float> line);

// [rows, heads, tokens, width], contiguous, each example with its own tokens; `rows`: the dataset
// row of each.
void FillDropout(const DropoutPlace& place, const DropoutRate& rate, std::span<const uint32_t> rows,
                 const DropoutShape& shape, float* factors);

}  // namespace sparsweep::core
