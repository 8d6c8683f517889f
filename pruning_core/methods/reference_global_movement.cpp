#include "pruning_core/methods/reference_global_movement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/methods/ranking.h"
#include "pruning_core/methods/reference_threshold.h"

namespace sparsweep::core {
namespace {

constexpr float kKeepAll = -100.0F;  // the threshold while v is 1

float OverallThreshold(const Moment& moment, std::span<const MatrixView> matrices) {
  const std::vector<Values> values = RankedValues(matrices, RankBy::kValue);
  int64_t total = 0;
  for (const Values of_matrix : values) total += static_cast<int64_t>(of_matrix.size());
  return KthSmallest(values, std::max<int64_t>(total - (KeptOf(moment.threshold, total) + 1), 1));
}

}  // namespace

ReferenceGlobalMovement::ReferenceGlobalMovement(int64_t interval)
    : interval_(interval), held_{std::numeric_limits<float>::quiet_NaN()} {}

void ReferenceGlobalMovement::Select(const Moment& moment, std::span<const MatrixView> matrices,
                                     std::span<BitMask> masks) {
  float threshold = kKeepAll;
  if (moment.threshold != 1.0) {
    if (moment.last || std::isnan(held_[0]) || moment.step % interval_ == 0) {
      held_[0] = OverallThreshold(moment, matrices);
    }
    threshold = held_[0];
  }
  ParallelFor(matrices.size(),
              [&](size_t m) { SelectAboveReference(moment, matrices[m], threshold, masks[m]); });
}

void ReferenceGlobalMovement::Gradients(const MatrixSlice& slice, float* weight_gradient,
                                        float* score_gradient) const {
  ApplyMask(slice.mask, slice.upstream, slice.size, weight_gradient);
  Multiply(slice.upstream, slice.weights, slice.size, score_gradient);
}

}  // namespace sparsweep::core
