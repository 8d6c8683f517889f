#include "pruning_core/methods/reference_threshold.h"

#include <algorithm>

#include "pruning_core/methods/ranking.h"

namespace sparsweep::core {

void SelectAboveReference(const Moment& moment, const MatrixView& matrix, float threshold,
                          BitMask& mask) {
  const Values scores = matrix.scores;
  if (!KeepAbove(scores, threshold, mask)) RefuseNotFinite(moment, matrix);
  const auto size = static_cast<int64_t>(scores.size());
  const int64_t floor = FloorOf(size);
  if (mask.Ones() >= floor) return;
  const float lower = KthSmallest(std::span(&scores, 1), std::max<int64_t>(size - floor, 1));
  if (!KeepAbove(scores, lower, mask)) RefuseNotFinite(moment, matrix);
}

}  // namespace sparsweep::core
