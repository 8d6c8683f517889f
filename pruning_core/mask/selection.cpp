#include "pruning_core/mask/selection.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "pruning_core/kernels/float_key.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/mask/radix_cut.h"

namespace sparsweep::core {
namespace {

// Bit j = flags[j], each 0 or 1.
uint64_t Pack(const std::array<uint8_t, BitMask::kBlock>& flags) {
  uint64_t bits = 0;
  for (size_t byte = 0; byte < 8; ++byte) {
    uint64_t eight = 0;
    for (size_t j = 0; j < 8; ++j) eight |= static_cast<uint64_t>(flags[byte * 8 + j]) << (8 * j);
    bits |= (eight * 0x0102040810204080u) >> 56 << (byte * 8);  // gathers the lowest bits
  }
  return bits;
}

// Bits of the (up to 64) values from `begin` on for which `holds`.
template <typename Holds>
uint64_t BlockBits(Values values, int64_t begin, Holds holds) {
  std::array<uint8_t, BitMask::kBlock> flags{};
  const float* block = values.data() + begin;
  const int64_t count = std::min(BitMask::kBlock, static_cast<int64_t>(values.size()) - begin);
  if (count == BitMask::kBlock) {
    for (size_t j = 0; j < flags.size(); ++j) flags[j] = holds(block[j]) ? 1 : 0;
  } else {
    for (int64_t j = 0; j < count; ++j) flags[static_cast<size_t>(j)] = holds(block[j]) ? 1 : 0;
  }
  return Pack(flags);
}

// Keeps what lies above the cut's key and the first cut.ties of those equal to it. Returns how many
// of these the matrix had.
template <RankBy by>
int64_t WriteCut(Values values, const Cut& cut, BitMask& mask) {
  const auto size = static_cast<int64_t>(values.size());
  int64_t ties = 0;
  for (int64_t begin = 0; begin < size; begin += BitMask::kBlock) {
    uint64_t kept = BlockBits(values, begin, [&](float v) { return RankKey<by>(v) > cut.key; });
    if (ties < cut.ties) {
      uint64_t equal = BlockBits(values, begin, [&](float v) { return RankKey<by>(v) == cut.key; });
      for (; equal != 0 && ties < cut.ties; ++ties) {
        kept |= equal & (0 - equal);
        equal &= equal - 1;
      }
    }
    mask.SetBlock(begin / BitMask::kBlock, kept);
  }
  return ties;
}

int64_t WriteCut(Values values, RankBy by, const Cut& cut, BitMask& mask) {
  return by == RankBy::kValue ? WriteCut<RankBy::kValue>(values, cut, mask)
                              : WriteCut<RankBy::kMagnitude>(values, cut, mask);
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
      (void)WriteCut(matrices[open[i]], by, Cut{cut.key, share}, masks[open[i]]);
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
  return Cut{std::numeric_limits<uint32_t>::max(), 0};
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
  if (FirstNotFinite(std::span(&values, 1))) return false;
  const auto size = static_cast<int64_t>(values.size());
  for (int64_t begin = 0; begin < size; begin += BitMask::kBlock) {
    mask.SetBlock(begin / BitMask::kBlock,
                  BlockBits(values, begin, [&](float value) { return value > threshold; }));
  }
  return true;
}

float KthSmallest(std::span<const Values> matrices, int64_t k) {
  int64_t size = 0;
  for (const Values values : matrices) size += static_cast<int64_t>(values.size());
  const std::optional<Cut> cut = FindCut(matrices, RankBy::kValue, size - k + 1);
  return cut ? ValueOfKey(cut->key) : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace sparsweep::core
