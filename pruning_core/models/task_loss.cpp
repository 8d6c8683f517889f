#include "pruning_core/models/task_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/kl_div.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mse_loss.h>

namespace sparsweep::core {
namespace {

// logits [B, S], positions [B] clamped to [0, S].
at::Tensor PositionLoss(const at::Tensor& logits, const at::Tensor& positions) {
  const int64_t ignored = logits.size(1);
  const at::Tensor sum = at::cross_entropy_loss(logits, positions, {}, at::Reduction::Sum, ignored);
  return sum / positions.ne(ignored).sum().clamp_min(1);
}

}  // namespace

at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& labels) {
  return at::cross_entropy_loss(logits, labels);
}

at::Tensor SquaredError(const at::Tensor& logits, const at::Tensor& labels) {
  return at::mse_loss(logits.view(-1), labels);
}

at::Tensor SpanLoss(const at::Tensor& logits, const at::Tensor& start, const at::Tensor& end) {
  const int64_t tokens = logits.size(1);
  return (PositionLoss(logits.select(2, 0), start.clamp(0, tokens)) +
          PositionLoss(logits.select(2, 1), end.clamp(0, tokens))) /
         2.0;
}

at::Tensor DistillationLoss(const at::Tensor& student, const at::Tensor& teacher,
                            double temperature) {
  const at::Tensor ours = at::log_softmax(student / temperature, 1);
  const at::Tensor theirs = at::log_softmax(teacher.detach() / temperature, 1);
  const at::Tensor divergence = at::kl_div(ours, theirs, at::Reduction::Sum, /*log_target=*/true);
  const int64_t distributions = student.numel() / student.size(1);  // B, or 2 B for spans
  return divergence * (temperature * temperature / static_cast<double>(distributions));
}

}  // namespace sparsweep::core
