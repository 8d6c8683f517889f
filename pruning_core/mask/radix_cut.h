// Where a ranking is cut: the key of the last one kept.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "pruning_core/mask/key_blocks.h"

namespace sparsweep::core {

// Kept are all keys above `key` and the first `ties` of the `equal` that have it.
struct Cut {
  uint32_t key = 0;
  int64_t ties = 0;
  int64_t equal = 0;
};

// The cut that keeps the `keep` largest over all matrices, 1 <= keep <= their number of values;
// nullopt when a value is not finite. A sample says between which keys the cut lies; one pass over
// the values counts those above and collects those between, among which a radix histogram finds it.
// Where the sample was wrong, or many values are equal, all keys are collected: that pass again.
[[nodiscard]] std::optional<Cut> FindCut(std::span<const Values> matrices, RankBy by, int64_t keep);

// The first matrix with a NaN or an infinity; one pass.
[[nodiscard]] std::optional<size_t> FirstNotFinite(std::span<const Values> matrices);

}  // namespace sparsweep::core
