// The two loops that a selection spends its time in: order-preserving keys (rank_key.h) compared 64
// at a time, for AVX-512, AVX2 and the baseline, the same results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pruning_core/mask/bit_mask.h"
#include "pruning_core/mask/rank_key.h"

namespace sparsweep::core {

// The values of one matrix in flat order; borrowed.
using Values = std::span<const float>;

// Bit i of the mask: whether values[i]'s key is at least `key`. False when a value is not finite;
// the mask says nothing then.
[[nodiscard]] bool WriteAtLeast(Values values, RankBy by, uint32_t key, BitMask& mask);

struct KeysBetween {
  bool finite = true;          // all values; else the rest says nothing
  int64_t above = 0;           // how many keys are larger than `high`
  std::vector<uint32_t> keys;  // those from `low` to `high`, in any order
  bool complete = true;        // false: there are more, `limit` was reached
};
[[nodiscard]] KeysBetween CollectBetween(Values values, RankBy by, uint32_t low, uint32_t high,
                                         size_t limit);

}  // namespace sparsweep::core
