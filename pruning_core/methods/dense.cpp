#include "pruning_core/methods/dense.h"

#include <algorithm>

namespace sparsweep::core {

double Dense::Gradients(const MatrixSlice& slice, float, float* weight_gradient, float*) const {
  std::copy_n(slice.upstream, slice.size, weight_gradient);
  return 0.0;
}

}  // namespace sparsweep::core
