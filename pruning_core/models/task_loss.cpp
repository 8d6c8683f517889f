#include "pruning_core/models/task_loss.h"

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/mse_loss.h>

namespace sparsweep::core {

at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& labels) {
  return at::cross_entropy_loss(logits, labels);
}

at::Tensor SquaredError(const at::Tensor& logits, const at::Tensor& labels) {
  return at::mse_loss(logits.view(-1), labels);
}

}  // namespace sparsweep::core
