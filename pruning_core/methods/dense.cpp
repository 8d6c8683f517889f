#include "pruning_core/methods/dense.h"

#include <algorithm>

namespace sparsweep::core {

void Dense::Gradients(const MatrixSlice& slice, float* weight_gradient, float*) const {
  std::copy_n(slice.upstream, slice.size, weight_gradient);
}

std::optional<DeviceRule> Dense::Rule(const Moment&) const { return DeviceRule{}; }

}  // namespace sparsweep::core
