// Score of a classifier over the evaluation batches.
#pragma once

#include <cstdint>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// Counts over batches of any size; the order of the batches does not matter to the accuracy.
class ClassificationScore {
 public:
  // logits [B, classes] of any float type, labels [B] int64, both on the same device. The class
  // with the largest logit is the prediction (the first of equals).
  void Add(const at::Tensor& logits, const at::Tensor& labels);

  // In [0, 1]; 0 before the first example.
  [[nodiscard]] double accuracy() const;

 private:
  uint64_t examples_ = 0;
  uint64_t correct_ = 0;
};

}  // namespace sparsweep::core
