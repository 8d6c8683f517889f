// Whether a run's state is worth keeping.
#pragma once

#include <cstdint>
#include <vector>

#include "pruning_core/model_io/named_tensor.h"

namespace sparsweep::core {

// Throws NumericError with the step and the first weights or scores (the tensors "parameter/NAME"
// of PruningOptimizer::State()) that hold a NaN or an infinity.
void RequireFinite(const std::vector<NamedTensor>& state, int64_t step);

}  // namespace sparsweep::core
