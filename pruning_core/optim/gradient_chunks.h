// The gradients of a pruned matrix, a chunk at a time: they exist in the cache only, never as whole
// arrays (but for methods that draw for each forward pass).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/optim/pruned_matrix.h"

namespace sparsweep::core {

// Elements begin … begin + size - 1; `upstream` is G of the whole matrix or nullptr.
[[nodiscard]] inline MatrixSlice SliceOf(const PrunedMatrix& matrix, const float* upstream,
                                         int64_t begin, int64_t size) {
  MatrixSlice slice;
  slice.matrix = matrix.index;
  slice.begin = begin;
  slice.size = size;
  slice.upstream = upstream == nullptr ? nullptr : upstream + begin;
  slice.weights = matrix.weight.const_data_ptr<float>() + begin;
  slice.scores = matrix.score.defined() ? matrix.score.const_data_ptr<float>() + begin : nullptr;
  slice.mask = matrix.mask.From(begin);
  return slice;
}

// Calls use(begin, size, gW, gS) for each chunk in order, the penalty's part included; gS is
// meaningless without scores. Returns Σ penalty(S) of the matrix. `upstream` is G, contiguous;
// nullptr: the sums in the matrix are used.
template <typename Use>
double ForEachGradientChunk(const PruningMethod& method, const PrunedMatrix& matrix,
                            const float* upstream, float penalty_weight, Use use) {
  constexpr int64_t kChunk = 2048;  // a multiple of 8: chunks begin at whole bytes of the mask
  std::array<float, kChunk> weight_gradient;
  std::array<float, kChunk> score_gradient;
  const int64_t size = matrix.weight.numel();
  double penalty = 0.0;
  for (int64_t begin = 0; begin < size; begin += kChunk) {
    const MatrixSlice slice = SliceOf(matrix, upstream, begin, std::min(kChunk, size - begin));
    if (upstream != nullptr) {
      method.Gradients(slice, weight_gradient.data(), score_gradient.data());
    } else {
      std::copy_n(matrix.weight_gradient.const_data_ptr<float>() + begin, slice.size,
                  weight_gradient.data());
      std::copy_n(matrix.score_gradient.const_data_ptr<float>() + begin, slice.size,
                  score_gradient.data());
    }
    penalty += method.AddPenalty(slice.scores, penalty_weight, slice.size, score_gradient.data());
    use(begin, slice.size, weight_gradient.data(), score_gradient.data());
  }
  return penalty;
}

}  // namespace sparsweep::core
