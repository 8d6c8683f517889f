#include "pruning_core/mask/radix_cut.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/mask/rank_key.h"

namespace sparsweep::core {
namespace {

struct Window {
  uint32_t low = 0;
  uint32_t high = std::numeric_limits<uint32_t>::max();
};

uint32_t KeyOf(float value, RankBy by) {
  return by == RankBy::kValue ? RankKey<RankBy::kValue>(value) : RankKey<RankBy::kMagnitude>(value);
}

// The keys of every stride-th value, each anywhere in its stride, so that no column of a matrix is
// taken alone.
std::vector<uint32_t> Sample(std::span<const Values> matrices, RankBy by, size_t stride) {
  constexpr size_t kGolden = 0x9E3779B9u;
  std::vector<uint32_t> sample;
  size_t begin = 0;  // of the matrix, in all of them
  size_t draw = 0;
  const auto place = [&] { return draw * stride + (draw * kGolden >> 7) % stride; };
  for (const Values values : matrices) {
    for (; place() < begin + values.size(); ++draw) {
      sample.push_back(KeyOf(values[place() - begin], by));
    }
    begin += values.size();
  }
  return sample;
}

// Keys between which the keep-th largest of `size` lies, but for one time in four hundred: three
// standard deviations of its rank in a sample around the rank it should have there.
// Nothing for few values, of which a sample would not spare a pass.
std::optional<Window> Guess(std::span<const Values> matrices, RankBy by, int64_t keep,
                            size_t size) {
  if (size < 16'384) return std::nullopt;
  // The fewer are drawn the more keys lie between the two: both cost least around this number.
  const double root = std::cbrt(static_cast<double>(size));
  std::vector<uint32_t> sample =
      Sample(matrices, by, static_cast<size_t>(2.5 * static_cast<double>(size) / (root * root)));
  const auto drawn = static_cast<double>(sample.size());
  const double share = static_cast<double>(keep) / static_cast<double>(size);
  const double spread = 3.0 * std::sqrt(drawn * share * (1.0 - share)) + 1.0;
  const auto ranked = [&](double rank) {
    const auto place = sample.begin() + static_cast<ptrdiff_t>(rank);
    std::nth_element(sample.begin(), place, sample.end(), std::greater<>());
    return *place;
  };
  Window window;
  if (drawn * share - spread >= 0.0) window.high = ranked(drawn * share - spread);
  if (drawn * share + spread < drawn) window.low = ranked(drawn * share + spread);
  return window;
}

std::vector<KeysBetween> Collect(std::span<const Values> matrices, RankBy by, Window window,
                                 size_t limit) {
  std::vector<KeysBetween> found(matrices.size());
  ParallelFor(matrices.size(), [&](size_t m) {
    found[m] = CollectBetween(matrices[m], by, window.low, window.high, limit);
  });
  return found;
}

// How many stand above the window; nullopt when the keep-th largest does not stand in it.
std::optional<int64_t> Above(const std::vector<KeysBetween>& found, int64_t keep) {
  int64_t above = 0;
  int64_t between = 0;
  for (const KeysBetween& of_matrix : found) {
    if (!of_matrix.complete) return std::nullopt;
    above += of_matrix.above;
    between += static_cast<int64_t>(of_matrix.keys.size());
  }
  if (keep <= above || keep > above + between) return std::nullopt;
  return above;
}

// The keep-th largest key, 11 or 10 bits at a time.
Cut CutAmong(const std::vector<KeysBetween>& found, int64_t keep) {
  Cut cut{0, keep, 0};
  int known = 32;  // the bit above which the key is known
  for (int level = 0; level < 3; ++level) {
    const int shift = RankShift(level);
    const uint32_t bits = (1u << (known - shift)) - 1;
    std::array<int64_t, kRankBuckets> histogram{};
    for (const KeysBetween& of_matrix : found) {
      for (const uint64_t key : of_matrix.keys) {
        if (key >> known == cut.key) ++histogram[key >> shift & bits];
      }
    }
    uint32_t bucket = bits;
    for (; bucket > 0 && histogram[bucket] < cut.ties; --bucket) cut.ties -= histogram[bucket];
    cut.key = cut.key << (known - shift) | bucket;
    cut.equal = histogram[bucket];
    known = shift;
  }
  return cut;
}

}  // namespace

std::optional<Cut> FindCut(std::span<const Values> matrices, RankBy by, int64_t keep) {
  size_t size = 0;
  for (const Values values : matrices) size += values.size();
  std::vector<KeysBetween> found;
  std::optional<int64_t> above;
  if (const std::optional<Window> window = Guess(matrices, by, keep, size)) {
    found = Collect(matrices, by, *window, size / 8);
    above = Above(found, keep);
  }
  if (!above) {
    found = Collect(matrices, by, {}, size);
    above = 0;
  }
  for (const KeysBetween& of_matrix : found) {
    if (!of_matrix.finite) return std::nullopt;
  }
  return CutAmong(found, keep - *above);
}

std::optional<size_t> FirstNotFinite(std::span<const Values> matrices) {
  for (size_t m = 0; m < matrices.size(); ++m) {
    if (!AllFinite(matrices[m].data(), static_cast<int64_t>(matrices[m].size()))) return m;
  }
  return std::nullopt;
}

}  // namespace sparsweep::core
