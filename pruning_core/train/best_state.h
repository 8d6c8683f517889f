// The best evaluation of a run so far.
#pragma once

#include <cstdint>
#include <vector>

#include "pruning_core/model_io/named_tensor.h"

namespace sparsweep::core {

struct BestState {
  int64_t step = -1;                      // at which it was evaluated; -1 = none yet
  double score = 0;                       // meaningful with a step
  int64_t evaluations_since = 0;          // later ones that were not better
  std::vector<NamedTensor> tensors = {};  // what is exported then; empty when only the last is kept
};

}  // namespace sparsweep::core
