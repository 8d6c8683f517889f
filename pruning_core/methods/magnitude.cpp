#include "pruning_core/methods/magnitude.h"

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/methods/ranking.h"

namespace sparsweep::core {

void Magnitude::Select(const Moment& moment, std::span<const MatrixView> matrices,
                       std::span<BitMask> masks) {
  if (global_) {
    SelectOverall(moment, matrices, RankBy::kMagnitude, masks);
  } else {
    SelectPerMatrix(moment, matrices, RankBy::kMagnitude, masks);
  }
}

void Magnitude::Gradients(const MatrixSlice& slice, float* weight_gradient, float*) const {
  ApplyMask(slice.mask, slice.upstream, slice.size, weight_gradient);
}

std::optional<DeviceRule> Magnitude::Rule(const Moment&) const {
  return DeviceRule{.form = GradientForm::kMasked,
                    .keeps = global_ ? Keeps::kRankedOverall : Keeps::kRankedInMatrix,
                    .by = RankBy::kMagnitude,
                    .penalty_shift = {}};
}

}  // namespace sparsweep::core
