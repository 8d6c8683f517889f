// The gradients of a pruned matrix, a chunk at a time: they exist in the cache only, never as whole
// arrays.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/optim/pruned_matrix.h"

namespace sparsweep::core {

// Calls use(begin, size, gW, gS) for each chunk in order; gS is meaningless without scores. Returns
// Σ penalty(S) of the matrix. `upstream` is G, contiguous.
template <typename Use>
double ForEachGradientChunk(const PruningMethod& method, const PrunedMatrix& matrix,
                            const float* upstream, float penalty_weight, Use use) {
  constexpr int64_t kChunk = 2048;  // a multiple of 8: chunks begin at whole bytes of the mask
  std::array<float, kChunk> weight_gradient;
  std::array<float, kChunk> score_gradient;
  const auto* weights = matrix.weight.const_data_ptr<float>();
  const auto* scores = matrix.score.defined() ? matrix.score.const_data_ptr<float>() : nullptr;
  const int64_t size = matrix.weight.numel();
  double penalty = 0.0;
  for (int64_t begin = 0; begin < size; begin += kChunk) {
    MatrixSlice slice;
    slice.size = std::min(kChunk, size - begin);
    slice.upstream = upstream + begin;
    slice.weights = weights + begin;
    slice.scores = scores == nullptr ? nullptr : scores + begin;
    slice.mask = matrix.mask.From(begin);
    penalty +=
        method.Gradients(slice, penalty_weight, weight_gradient.data(), score_gradient.data());
    use(begin, slice.size, weight_gradient.data(), score_gradient.data());
  }
  return penalty;
}

}  // namespace sparsweep::core
