#include "pruning_core/eval/classification_score.h"

#include "ATen/ops/argmax.h"
#include "ATen/ops/eq.h"
#include "ATen/ops/sum.h"

namespace sparsweep::core {

void ClassificationScore::Add(const at::Tensor& logits, const at::Tensor& labels) {
  // argmax takes the first of equal entries.
  correct_ += static_cast<uint64_t>(at::argmax(logits, 1).eq(labels).sum().item<int64_t>());
  examples_ += static_cast<uint64_t>(labels.size(0));
}

double ClassificationScore::accuracy() const {
  return examples_ == 0 ? 0 : static_cast<double>(correct_) / static_cast<double>(examples_);
}

}  // namespace sparsweep::core
