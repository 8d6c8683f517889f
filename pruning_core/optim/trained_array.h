// One array that AdamW updates.
#pragma once

#include <cstdint>
#include <string>

#include "ATen/core/Tensor.h"
#include "pruning_core/optim/adamw.h"

namespace sparsweep::core {

struct TrainedArray {
  std::string name;
  at::Tensor value;          // fp32, contiguous
  at::Tensor first, second;  // moments m and v, of the same shape
  double learning_rate = 0;  // before the schedule's factor
  double weight_decay = 0;

  // Moments 0.
  TrainedArray(std::string array_name, at::Tensor array, double rate, double decay);

  // `step` from 1; `factor` is the schedule's.
  [[nodiscard]] AdamWStep Scalars(const AdamWRule& rule, int64_t step, double factor,
                                  double clip) const;
  // Updates elements begin … begin + size - 1 with the gradient g[0 … size - 1].
  void Update(const AdamWStep& scalars, int64_t begin, int64_t size, const float* g) const;
};

}  // namespace sparsweep::core
