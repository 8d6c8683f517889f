// A pruning method in the words of kernels that know no methods.
#pragma once

#include <cstdint>
#include <optional>

#include "pruning_core/kernels/gradient_element.h"
#include "pruning_core/mask/rank_key.h"

namespace sparsweep::core {

// Which weights a selection keeps, in the words of mask/selection.h; v as in Moment.
enum class Keeps {
  kAll,             // there are no masks
  kRankedInMatrix,  // KeptOf(v, n) of each matrix
  kRankedOverall,   // KeptOf(v, all), of each matrix at least min(FloorOf(n), KeptOf(v, n))
  kAbove            // those above `threshold`
};

struct DeviceRule {
  GradientForm form = GradientForm::kDense;  // of training
  Keeps keeps = Keeps::kAll;
  RankBy by = RankBy::kValue;
  float threshold = 0;                 // of kAbove
  bool floored = false;                // of kAbove: a matrix keeps its FloorOf(n) largest at least
  std::optional<float> penalty_shift;  // the penalty is σ(S + shift); nullopt: there is none
  uint64_t seed = 0;                   // of the gates' noise
};

}  // namespace sparsweep::core
