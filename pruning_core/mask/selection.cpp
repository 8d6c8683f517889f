#include "pruning_core/mask/selection.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "pruning_core/kernels/float_key.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/mask/radix_cut.h"

namespace sparsweep::core {
namespace {

// Keeps what lies above the cut's key and the first cut.ties of those equal to it. Returns how many
// of these the matrix had, at most cut.ties.
int64_t WriteCut(Values values, RankBy by, const Cut& cut, BitMask& mask) {
  if (cut.ties == cut.equal) {
    (void)WriteAtLeast(values, by, cut.key, mask);
    return 0;  // none that another matrix could not have, too
  }
  BitMask at_least(mask.size());
  (void)WriteAtLeast(values, by, cut.key, at_least);
  (void)WriteAtLeast(values, by, cut.key + 1, mask);
  int64_t ties = 0;
  for (int64_t block = 0; block < mask.blocks() && ties < cut.ties; ++block) {
    uint64_t kept = mask.Block(block);
    uint64_t equal = at_least.Block(block) & ~kept;
    for (; equal != 0 && ties < cut.ties; ++ties) {
      kept |= equal & (0 - equal);
      equal &= equal - 1;
    }
    mask.SetBlock(block, kept);
  }
  return ties;
}

// The same over the matrices that `open` names: a matrix gets ties as far as the earlier ones left
// some. All are written as if alone; then the few that got too many are written again.
void WriteOverall(std::span<const Values> matrices, const std::vector<size_t>& open, RankBy by,
                  const Cut& cut, std::span<BitMask> masks) {
  std::vector<int64_t> ties(open.size());
  ParallelFor(open.size(),
              [&](size_t i) { ties[i] = WriteCut(matrices[open[i]], by, cut, masks[open[i]]); });
  int64_t left = cut.ties;
  for (size_t i = 0; i < open.size(); ++i) {
    const int64_t share = std::min(ties[i], left);
    if (share < ties[i]) {
      (void)WriteCut(matrices[open[i]], by, Cut{cut.key, share, cut.equal}, masks[open[i]]);
    }
    left -= share;
  }
}

// The cut of the matrices that `open` names; nothing is kept when keep is 0.
std::optional<Cut> CutOf(std::span<const Values> matrices, const std::vector<size_t>& open,
                         RankBy by, int64_t keep) {
  std::vector<Values> ranked;
  for (const size_t m : open) ranked.push_back(matrices[m]);
  if (keep > 0) return FindCut(ranked, by, keep);
  if (FirstNotFinite(ranked)) return std::nullopt;
  return Cut{std::numeric_limits<uint32_t>::max(), 0, 0};  // no finite value has it
}

}  // namespace

bool KeepLargest(Values values, RankBy by, int64_t keep, BitMask& mask) {
  if (keep == 0 || keep == static_cast<int64_t>(values.size())) {
    if (FirstNotFinite(std::span(&values, 1))) return false;
    mask.Fill(keep != 0);
    return true;
  }
  const std::optional<Cut> cut = FindCut(std::span(&values, 1), by, keep);
  if (!cut) return false;
  (void)WriteCut(values, by, *cut, mask);
  return true;
}

std::optional<size_t> KeepLargestOverall(std::span<const Values> matrices, RankBy by, int64_t keep,
                                         std::span<const int64_t> floors,
                                         std::span<BitMask> masks) {
  // Rank those that are not on their floor; whoever falls below is set onto it, and the others
  // share the rest. A matrix that left never comes back: the rest only shrinks.
  std::vector<size_t> open(matrices.size());
  for (size_t m = 0; m < open.size(); ++m) open[m] = m;
  while (!open.empty()) {
    const std::optional<Cut> cut = CutOf(matrices, open, by, keep);
    if (!cut) return FirstNotFinite(matrices);
    WriteOverall(matrices, open, by, *cut, masks);

    const auto below = [&](size_t m) { return masks[m].Ones() < floors[m]; };
    const auto first_below =
        std::stable_partition(open.begin(), open.end(), [&](size_t m) { return !below(m); });
    if (first_below == open.end()) break;
    for (auto m = first_below; m != open.end(); ++m) {
      if (!KeepLargest(matrices[*m], by, floors[*m], masks[*m])) return *m;
      keep -= floors[*m];
    }
    open.erase(first_below, open.end());
  }
  return std::nullopt;
}

bool KeepAbove(Values values, float threshold, BitMask& mask) {
  BitMask above(mask.size());
  if (!WriteAtLeast(values, RankBy::kValue, ValueKey(threshold) + 1, above)) return false;
  mask = std::move(above);
  return true;
}

float KthSmallest(std::span<const Values> matrices, int64_t k) {
  int64_t size = 0;
  for (const Values values : matrices) size += static_cast<int64_t>(values.size());
  const std::optional<Cut> cut = FindCut(matrices, RankBy::kValue, size - k + 1);
  return cut ? ValueOfKey(cut->key) : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace sparsweep::core
