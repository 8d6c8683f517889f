// Where a ranking is cut: the key of the last one kept, found by a radix histogram.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "pruning_core/mask/selection.h"

namespace sparsweep::core {

// Kept are all keys above `key` and the first `ties` of those equal to it.
struct Cut {
  uint32_t key = 0;
  int64_t ties = 0;
};

// The cut that keeps the `keep` largest over all matrices, 1 <= keep <= their number of values;
// nullopt when a value is not finite. Two passes over the values and one over those that share the
// cut's first 11 bits.
[[nodiscard]] std::optional<Cut> FindCut(std::span<const Values> matrices, RankBy by, int64_t keep);

// The first matrix with a NaN or an infinity; one pass.
[[nodiscard]] std::optional<size_t> FirstNotFinite(std::span<const Values> matrices);

}  // namespace sparsweep::core
