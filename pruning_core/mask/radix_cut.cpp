#include "pruning_core/mask/radix_cut.h"

#include <array>
#include <vector>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/mask/rank_key.h"

namespace sparsweep::core {
namespace {

using Histogram = std::array<int64_t, kRankBuckets>;

struct Bucket {
  uint32_t index = 0;
  int64_t above = 0;  // keys in larger buckets
};

// The bucket that holds the keep-th largest.
Bucket Locate(const Histogram& histogram, int64_t keep) {
  Bucket bucket;
  for (size_t i = kRankBuckets; i-- > 0;) {
    if (bucket.above + histogram[i] >= keep) {
      bucket.index = static_cast<uint32_t>(i);
      return bucket;
    }
    bucket.above += histogram[i];
  }
  return bucket;
}

// Keys that only NaN and infinities have; each fills its buckets of the first histogram alone.
template <RankBy by>
bool HoldsNotFinite(const Histogram& histogram) {
  const auto [lowest, highest] = FiniteBuckets(by);
  int64_t outside = 0;
  for (size_t i = 0; i < lowest; ++i) outside += histogram[i];
  for (size_t i = highest + 1; i < kRankBuckets; ++i) outside += histogram[i];
  return outside != 0;
}

void Add(const Histogram& counts, Histogram& sums) {
  for (size_t i = 0; i < kRankBuckets; ++i) sums[i] += counts[i];
}

template <RankBy by>
Histogram FirstBits(Values values) {
  const auto key = [](float value) { return RankKey<by>(value) >> RankShift(0); };
  // Two histograms by turns: neighbours with equal keys would wait for each other's count.
  Histogram even{};
  Histogram odd{};
  size_t i = 0;
  for (; i + 1 < values.size(); i += 2) {
    ++even[key(values[i])];
    ++odd[key(values[i + 1])];
  }
  if (i < values.size()) ++even[key(values[i])];
  Add(odd, even);
  return even;
}

// The `count` keys whose first bits are `prefix`.
template <RankBy by>
std::vector<uint32_t> KeysBehind(uint32_t prefix, Values values, int64_t count) {
  std::vector<uint32_t> keys(static_cast<size_t>(count) + 1);
  size_t found = 0;
  for (const float value : values) {
    const uint32_t key = RankKey<by>(value);
    keys[found] = key;  // overwritten unless it counts
    found += (key >> RankShift(0)) == prefix ? 1 : 0;
  }
  keys.resize(found);
  return keys;
}

template <RankBy by>
std::optional<Cut> Find(std::span<const Values> matrices, int64_t keep) {
  std::vector<Histogram> histograms(matrices.size());
  ParallelFor(matrices.size(), [&](size_t m) { histograms[m] = FirstBits<by>(matrices[m]); });
  Histogram all{};
  for (const Histogram& of_matrix : histograms) Add(of_matrix, all);
  if (HoldsNotFinite<by>(all)) return std::nullopt;
  Bucket bucket = Locate(all, keep);
  keep -= bucket.above;
  uint32_t prefix = bucket.index;

  std::vector<std::vector<uint32_t>> candidates(matrices.size());
  ParallelFor(matrices.size(), [&](size_t m) {
    candidates[m] = KeysBehind<by>(prefix, matrices[m], histograms[m][prefix]);
  });
  for (int pass = 1; pass < 3; ++pass) {
    const int shift = RankShift(pass);
    const int width = RankShift(pass - 1) - shift;
    Histogram histogram{};
    for (const std::vector<uint32_t>& of_matrix : candidates) {
      for (const uint32_t k : of_matrix) {
        if ((k >> RankShift(pass - 1)) == prefix) ++histogram[(k >> shift) & ((1u << width) - 1)];
      }
    }
    bucket = Locate(histogram, keep);
    keep -= bucket.above;
    prefix = (prefix << width) | bucket.index;
  }
  return Cut{prefix, keep};
}

}  // namespace

std::optional<Cut> FindCut(std::span<const Values> matrices, RankBy by, int64_t keep) {
  return by == RankBy::kValue ? Find<RankBy::kValue>(matrices, keep)
                              : Find<RankBy::kMagnitude>(matrices, keep);
}

std::optional<size_t> FirstNotFinite(std::span<const Values> matrices) {
  for (size_t m = 0; m < matrices.size(); ++m) {
    if (!AllFinite(matrices[m].data(), static_cast<int64_t>(matrices[m].size()))) return m;
  }
  return std::nullopt;
}

}  // namespace sparsweep::core
