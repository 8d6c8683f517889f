#include "pruning_core/optim/trained_array.h"

#include <ATen/ops/zeros_like.h>

#include <utility>

namespace sparsweep::core {

TrainedArray::TrainedArray(std::string array_name, at::Tensor array, double rate, double decay)
    : name(std::move(array_name)),
      value(std::move(array)),
      first(at::zeros_like(value)),
      second(at::zeros_like(value)),
      learning_rate(rate),
      weight_decay(decay) {}

AdamWStep TrainedArray::Scalars(const AdamWRule& rule, int64_t step, double factor,
                                double clip) const {
  return MakeAdamWStep(rule, step, learning_rate * factor, weight_decay, clip);
}

void TrainedArray::Update(const AdamWStep& scalars, int64_t begin, int64_t size,
                          const float* g) const {
  UpdateAdamW(scalars, size, g, value.mutable_data_ptr<float>() + begin,
              first.mutable_data_ptr<float>() + begin, second.mutable_data_ptr<float>() + begin);
}

}  // namespace sparsweep::core
