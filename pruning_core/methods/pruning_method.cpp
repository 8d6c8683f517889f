#include "pruning_core/methods/pruning_method.h"

#include "pruning_core/kernels/elementwise.h"

namespace sparsweep::core {

double PruningMethod::AddPenalty(const float*, float, int64_t, float*) const { return 0.0; }

void PruningMethod::Working(const MatrixSlice& slice, float* working) const {
  ApplyMask(slice.mask, slice.weights, slice.size, working);
}

}  // namespace sparsweep::core
