// What a ranking compares, and how it is cut into histograms: shared by CPU and CUDA.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pruning_core/kernels/float_key.h"
#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

enum class RankBy { kValue, kMagnitude };

// 32 bits of key as 11 + 11 + 10, the highest first: how many bits stand below those of a level.
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr int RankShift(int level) {
  return level == 0 ? 21 : level == 1 ? 10 : 0;
}
inline constexpr size_t kRankBuckets = 2048;

template <RankBy by>
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline uint32_t RankKey(float value) {
  return by == RankBy::kValue ? ValueKey(value) : MagnitudeKey(value);
}

// Buckets of the first histogram with finite values; NaN and infinities lie outside.
struct FiniteRange {
  uint32_t lowest, highest;
};
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr FiniteRange FiniteBuckets(RankBy by) {
  if (by == RankBy::kMagnitude) return {0, 0x3FB};
  return {0x4, 0x7FB};
}

}  // namespace sparsweep::core
