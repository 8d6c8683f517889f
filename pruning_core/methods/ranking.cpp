#include "pruning_core/methods/ranking.h"

#include <algorithm>
#include <string>
#include <vector>

#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/methods/numeric_error.h"

namespace sparsweep::core {

int64_t FloorOf(int64_t size) {
  return static_cast<int64_t>(0.005 * static_cast<double>(size)) + 1;
}

int64_t KeptOf(double density, int64_t size) {
  return static_cast<int64_t>(density * static_cast<double>(size));
}

std::vector<Values> RankedValues(std::span<const MatrixView> matrices, RankBy by) {
  std::vector<Values> values;
  values.reserve(matrices.size());
  for (const MatrixView& matrix : matrices) {
    values.push_back(by == RankBy::kMagnitude ? matrix.weights : matrix.scores);
  }
  return values;
}

void SelectPerMatrix(const Moment& moment, std::span<const MatrixView> matrices, RankBy by,
                     std::span<BitMask> masks) {
  const std::vector<Values> values = RankedValues(matrices, by);
  ParallelFor(values.size(), [&](size_t m) {
    const int64_t keep = KeptOf(moment.threshold, static_cast<int64_t>(values[m].size()));
    if (!KeepLargest(values[m], by, keep, masks[m])) RefuseNotFinite(moment, matrices[m]);
  });
}

void SelectOverall(const Moment& moment, std::span<const MatrixView> matrices, RankBy by,
                   std::span<BitMask> masks) {
  const std::vector<Values> values = RankedValues(matrices, by);
  int64_t total = 0;
  std::vector<int64_t> floors;
  for (const Values of_matrix : values) {
    const auto size = static_cast<int64_t>(of_matrix.size());
    total += size;
    floors.push_back(std::min(FloorOf(size), KeptOf(moment.threshold, size)));
  }
  const auto refused =
      KeepLargestOverall(values, by, KeptOf(moment.threshold, total), floors, masks);
  if (refused) RefuseNotFinite(moment, matrices[*refused]);
}

void RefuseNotFinite(const Moment& moment, const MatrixView& matrix) {
  throw NumericError(
      moment.step, std::string(matrix.name),
      std::string(matrix.name) +
          ": a score or weight is not finite; lower the learning rates or clip gradients");
}

}  // namespace sparsweep::core
