// The factors that dropout multiplies a tensor with.
#pragma once

#include <cstdint>
#include <span>

#include "pruning_core/kernels/dropout_element.h"

namespace sparsweep::core {

// Of one example: heads × tokens lines of `width` elements.
struct DropoutShape {
  int64_t heads, tokens, width;
};

// Element i becomes 0 or 1 / (1 - p), by `key` and i alone: a longer line starts with the same
// factors. Lines with different keys are independent.
void FillDropoutLine(uint64_t key, const DropoutRate& rate, std::span<float> line);

// [rows, heads, tokens, width], contiguous; `rows`: the dataset row of each example.
void FillDropout(const DropoutPlace& place, const DropoutRate& rate, std::span<const uint32_t> rows,
                 const DropoutShape& shape, float* factors);

}  // namespace sparsweep::core
