// Which weights are kept: exact top-k and thresholds. Deterministic: the larger score first, then
// the lower position.
//
// -0 equals +0; NaN and infinities are refused. No sort: a sample, one pass and a radix histogram
// over order-preserving integers find the cut (radix_cut.h), a second pass writes the masks. A
// third only where the sample was of no use or equal values are cut apart, and for matrices on
// their floor. All functions are pure and safe from any thread; over several matrices they take
// ParallelFor()'s.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "pruning_core/mask/bit_mask.h"
#include "pruning_core/mask/key_blocks.h"
#include "pruning_core/mask/rank_key.h"

namespace sparsweep::core {

// Of one matrix: the `keep` first ones (0 <= keep <= size). False, and no mask written, when a
// value is not finite.
[[nodiscard]] bool KeepLargest(Values values, RankBy by, int64_t keep, BitMask& mask);

// Over all matrices together, but of matrix m never fewer than floors[m]; ties go to the earlier
// matrix. Exactly `keep` are kept, which must be at least the sum of the floors. Returns the first
// matrix with a value that is not finite, with no mask written; nullopt = done.
[[nodiscard]] std::optional<size_t> KeepLargestOverall(std::span<const Values> matrices, RankBy by,
                                                       int64_t keep,
                                                       std::span<const int64_t> floors,
                                                       std::span<BitMask> masks);

// value > threshold, strictly. False, and no mask written, when a value is not finite.
[[nodiscard]] bool KeepAbove(Values values, float threshold, BitMask& mask);

// The k-th smallest value over all matrices, 1 <= k <= their number; NaN when one is not
// finite.
[[nodiscard]] float KthSmallest(std::span<const Values> matrices, int64_t k);

}  // namespace sparsweep::core
