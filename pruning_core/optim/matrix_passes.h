// What happens to all pruned matrices together between two passes of the model.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/optim/pruned_matrix.h"

namespace sparsweep::core {

// The model's weights differ between the two only where method.evaluates_apart().
enum class WeightsFor { kTraining, kEvaluation };

// Borrowed views of W and S.
[[nodiscard]] std::vector<MatrixView> ViewsOf(std::span<const PrunedMatrix> matrices);

// Moves the masks out, lets `choose` write them, and moves them back.
template <typename Choose>
void ChooseMasks(std::span<PrunedMatrix> matrices, Choose choose) {
  std::vector<BitMask> masks;
  for (PrunedMatrix& matrix : matrices) masks.push_back(std::move(matrix.mask));
  choose(ViewsOf(matrices), std::span(masks));
  for (size_t m = 0; m < masks.size(); ++m) matrices[m].mask = std::move(masks[m]);
}

// Writes W' of every matrix. Not for methods that drop nothing, whose W' is W.
void FillWorking(const PruningMethod& method, WeightsFor use, std::span<PrunedMatrix> matrices);

// Adds gW and gS of the backward pass whose G lies in W' to the sums in the matrices and clears G.
// What is not finite ends up in the sums, where the norm pass finds it.
void FoldGradients(const PruningMethod& method, std::span<PrunedMatrix> matrices);

}  // namespace sparsweep::core
