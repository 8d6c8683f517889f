// Losses of the tasks, meaned over the batch, and of distillation; differentiable, fp32 scalars.
#pragma once

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// logits [B, C], labels int64 [B] in [0, C).
[[nodiscard]] at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& labels);
// logits [B, 1], labels fp32 [B].
[[nodiscard]] at::Tensor SquaredError(const at::Tensor& logits, const at::Tensor& labels);
// logits [B, S, 2]; start and end int64 [B]. Positions are clamped to [0, S]; an example with S, so
// with an answer outside the feature, counts not. Cross-entropy over the S positions, padding
// included, meaned over the examples that count (0 when there are none); of start and end the mean.
[[nodiscard]] at::Tensor SpanLoss(const at::Tensor& logits, const at::Tensor& start,
                                  const at::Tensor& end);

// T² · KL(softmax(teacher / T) ‖ softmax(student / T)) / B (Hinton et al. 2015), summed over the
// classes [B, C] or the positions [B, S, 2], padding included, there the mean of start and end. No
// gradient reaches the teacher.
[[nodiscard]] at::Tensor DistillationLoss(const at::Tensor& student, const at::Tensor& teacher,
                                          double temperature);

}  // namespace sparsweep::core
