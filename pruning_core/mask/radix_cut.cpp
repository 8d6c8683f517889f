#include "pruning_core/mask/radix_cut.h"

#include <array>
#include <vector>

#include "pruning_core/kernels/float_key.h"

namespace sparsweep::core {
namespace {

// 32 bits as 11 + 11 + 10.
constexpr int kShifts[3] = {21, 10, 0};
constexpr size_t kBuckets = 2048;
using Histogram = std::array<int64_t, kBuckets>;

struct Bucket {
  uint32_t index = 0;
  int64_t above = 0;  // keys in larger buckets
};

// The bucket that holds the keep-th largest.
Bucket Locate(const Histogram& histogram, int64_t keep) {
  Bucket bucket;
  for (size_t i = kBuckets; i-- > 0;) {
    if (bucket.above + histogram[i] >= keep) {
      bucket.index = static_cast<uint32_t>(i);
      return bucket;
    }
    bucket.above += histogram[i];
  }
  return bucket;
}

template <typename Key>
Cut Find(std::span<const Values> matrices, int64_t keep, Key key) {
  // Two histograms by turns: neighbours with equal keys would wait for each other's count.
  Histogram even{};
  Histogram odd{};
  for (const Values values : matrices) {
    size_t i = 0;
    for (; i + 1 < values.size(); i += 2) {
      ++even[key(values[i]) >> kShifts[0]];
      ++odd[key(values[i + 1]) >> kShifts[0]];
    }
    if (i < values.size()) ++even[key(values[i]) >> kShifts[0]];
  }
  for (size_t i = 0; i < kBuckets; ++i) even[i] += odd[i];
  Bucket bucket = Locate(even, keep);
  keep -= bucket.above;
  uint32_t prefix = bucket.index;

  std::vector<uint32_t> candidates(static_cast<size_t>(even[bucket.index]) + 1);
  size_t count = 0;
  for (const Values values : matrices) {
    for (const float value : values) {
      const uint32_t k = key(value);
      candidates[count] = k;  // overwritten unless it counts
      count += (k >> kShifts[0]) == prefix ? 1 : 0;
    }
  }
  candidates.resize(count);
  for (int pass = 1; pass < 3; ++pass) {
    const int shift = kShifts[pass];
    const int width = kShifts[pass - 1] - shift;
    Histogram histogram{};
    for (const uint32_t k : candidates) {
      if ((k >> kShifts[pass - 1]) == prefix) ++histogram[(k >> shift) & ((1u << width) - 1)];
    }
    bucket = Locate(histogram, keep);
    keep -= bucket.above;
    prefix = (prefix << width) | bucket.index;
  }
  return Cut{prefix, keep};
}

}  // namespace

Cut FindCut(std::span<const Values> matrices, RankBy by, int64_t keep) {
  return by == RankBy::kValue ? Find(matrices, keep, [](float v) { return ValueKey(v); })
                              : Find(matrices, keep, [](float v) { return MagnitudeKey(v); });
}

bool HasNan(Values values) {
  uint32_t found = 0;
  for (const float value : values) found |= IsNan(value) ? 1u : 0u;
  return found != 0;
}

}  // namespace sparsweep::core
