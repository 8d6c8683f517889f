// The reference's threshold with its floor.
#pragma once

#include "pruning_core/mask/selection.h"
#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

// Score > threshold, strictly; where that keeps fewer than FloorOf(n), the threshold becomes the
// max(n - FloorOf(n), 1)-th smallest score, again strictly: with ties that may keep fewer than the
// floor, even nothing. Throws NumericError.
void SelectAboveReference(const Moment& moment, const MatrixView& matrix, float threshold,
                          BitMask& mask);

}  // namespace sparsweep::core
