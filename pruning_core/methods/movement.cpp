#include "pruning_core/methods/movement.h"

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/methods/ranking.h"

namespace sparsweep::core {

void Movement::Select(const Moment& moment, std::span<const MatrixView> matrices,
                      std::span<BitMask> masks) {
  if (global_) {
    SelectOverall(moment, matrices, RankBy::kValue, masks);
  } else {
    SelectPerMatrix(moment, matrices, RankBy::kValue, masks);
  }
}

void Movement::Gradients(const MatrixSlice& slice, float* weight_gradient,
                         float* score_gradient) const {
  ApplyMask(slice.mask, slice.upstream, slice.size, weight_gradient);
  Multiply(slice.upstream, slice.weights, slice.size, score_gradient);
}

std::optional<DeviceRule> Movement::Rule(const Moment&) const {
  return DeviceRule{.form = GradientForm::kMovement,
                    .keeps = global_ ? Keeps::kRankedOverall : Keeps::kRankedInMatrix,
                    .penalty_shift = {}};
}

}  // namespace sparsweep::core
