// Selection shared by the methods that keep a given share of the best-ranked weights.
#pragma once

#include <cstdint>
#include <span>

#include "pruning_core/mask/selection.h"
#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

// int(0.005·n) + 1: what thresholds and global selection leave of a matrix of n weights.
[[nodiscard]] int64_t FloorOf(int64_t size);

// trunc(density·n) in double arithmetic.
[[nodiscard]] int64_t KeptOf(double density, int64_t size);

// The arrays that are ranked: scores, or the weights for RankBy::kMagnitude.
[[nodiscard]] std::vector<Values> RankedValues(std::span<const MatrixView> matrices, RankBy by);

// Of each matrix KeptOf(density, n). Throws NumericError.
void SelectPerMatrix(const Moment& moment, std::span<const MatrixView> matrices, RankBy by,
                     std::span<BitMask> masks);

// KeptOf(density, all) over all matrices, of each at least min(FloorOf(n), KeptOf(density, n)).
// Throws NumericError.
void SelectOverall(const Moment& moment, std::span<const MatrixView> matrices, RankBy by,
                   std::span<BitMask> masks);

// For a matrix in which a selection found what is not finite.
[[noreturn]] void RefuseNotFinite(const Moment& moment, const MatrixView& matrix);

}  // namespace sparsweep::core
