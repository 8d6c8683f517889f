// Stored logits against ours.
#pragma once

#include "ATen/core/Tensor.h"
#include "pruning_core/verify/comparison.h"
#include "pruning_core/verify/golden_case.h"

namespace sparsweep::core {

// Of the first forward pass, and of the evaluation (spans up to a constant a row). `logits`:
// [B, C], or [B, S, 2] for spans. Throws UserError for a stored tensor of a wrong shape.
void CompareFirstLogits(GoldenCase& golden, const at::Tensor& logits, Comparison& comparison);
void CompareEvalLogits(GoldenCase& golden, const at::Tensor& logits, int64_t steps_done,
                       Comparison& comparison);

}  // namespace sparsweep::core
