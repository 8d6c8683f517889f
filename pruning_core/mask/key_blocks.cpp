#include "pruning_core/mask/key_blocks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "pruning_core/kernels/for_each_cpu.h"

#define SPARSWEEP_INLINE [[gnu::always_inline]] inline

namespace sparsweep::core {
namespace {

constexpr int64_t kBlock = BitMask::kBlock;
constexpr int64_t kRows = 8;  // of eight values, one a lane

using Eight = int32_t __attribute__((vector_size(32)));
using EightFloats = float __attribute__((vector_size(32)));
using EightBytes = uint8_t __attribute__((vector_size(8)));

// Processors compare signed integers only: the key's highest bit is turned.
constexpr uint32_t kSign = 0x80000000u;

// RankKey() ^ kSign of eight values.
template <RankBy by>
SPARSWEEP_INLINE void LoadKeys(const float* values, Eight& keys) {
  EightFloats floats;
  std::memcpy(&floats, values, sizeof(floats));
  floats += 0.0F;  // -0 + 0 = +0
  std::memcpy(&keys, &floats, sizeof(keys));
  if constexpr (by == RankBy::kValue) {
    keys ^= (keys >> 31) & 0x7FFFFFFF;
  } else {
    keys |= static_cast<int32_t>(kSign);
  }
}

// Bit r of lane l → bit l of byte r: an 8 × 8 matrix of bits, transposed in three steps.
SPARSWEEP_INLINE uint64_t InOrder(const Eight& rows) {
  const EightBytes bytes = __builtin_convertvector(rows, EightBytes);
  uint64_t bits;
  std::memcpy(&bits, &bytes, sizeof(bits));
  uint64_t moved = (bits ^ (bits >> 7)) & 0x00AA00AA00AA00AAu;
  bits ^= moved ^ (moved << 7);
  moved = (bits ^ (bits >> 14)) & 0x0000CCCC0000CCCCu;
  bits ^= moved ^ (moved << 14);
  moved = (bits ^ (bits >> 28)) & 0x00000000F0F0F0F0u;
  return bits ^ moved ^ (moved << 28);
}

// Calls use(block, its 64 values, how many of them there are); behind the last value stand zeros.
template <typename Use>
SPARSWEEP_INLINE void ForEachBlock(Values values, Use use) {
  std::array<float, kBlock> padded{};
  const auto size = static_cast<int64_t>(values.size());
  for (int64_t begin = 0; begin < size; begin += kBlock) {
    const float* of_block = values.data() + begin;
    const int64_t count = std::min(kBlock, size - begin);
    if (count < kBlock) of_block = std::copy_n(of_block, count, padded.data()) - count;
    use(begin / kBlock, of_block, count);  // the one place, so that it stands in the loop
  }
}

SPARSWEEP_INLINE uint64_t FirstBits(int64_t count) { return ~uint64_t{0} >> (kBlock - count); }

// Lanes that are not 0 saw a NaN or an infinity.
SPARSWEEP_INLINE void AddNotFinite(const float* values, Eight& seen) {
  constexpr int32_t kAbsolute = 0x7FFFFFFF, kExponent = 0x7F800000;
  Eight bits;
  std::memcpy(&bits, values, sizeof(bits));
  seen |= (bits & kAbsolute) >= kExponent;
}

SPARSWEEP_INLINE bool AllZero(const Eight& seen) {
  int32_t any = 0;
  for (int lane = 0; lane < 8; ++lane) any |= seen[lane];
  return any == 0;
}

template <RankBy by>
SPARSWEEP_INLINE bool Write(Values values, uint32_t key, BitMask& mask) {
  const auto least = static_cast<int32_t>(key ^ kSign);
  Eight not_finite = {};
  ForEachBlock(values, [&](int64_t block, const float* of_block, int64_t count) {
    Eight rows = {};
    for (int row = 0; row < kRows; ++row) {
      AddNotFinite(of_block + row * 8, not_finite);
      Eight keys;
      LoadKeys<by>(of_block + row * 8, keys);
      rows |= (keys >= least) & (1 << row);
    }
    mask.SetBlock(block, InOrder(rows) & FirstBits(count));
  });
  return AllZero(not_finite);
}

template <RankBy by>
SPARSWEEP_INLINE void Collect(Values values, uint32_t low, uint32_t high, size_t limit,
                              KeysBetween& found) {
  const auto least = static_cast<int32_t>(low ^ kSign);
  const auto most = static_cast<int32_t>(high ^ kSign);
  Eight not_finite = {};
  ForEachBlock(values, [&](int64_t, const float* of_block, int64_t count) {
    Eight above = {};
    Eight between = {};
    for (int row = 0; row < kRows; ++row) {
      AddNotFinite(of_block + row * 8, not_finite);
      Eight keys;
      LoadKeys<by>(of_block + row * 8, keys);
      above |= (keys > most) & (1 << row);
      between |= (keys >= least) & (keys <= most) & (1 << row);
    }
    const uint64_t real = FirstBits(count);
    found.above += std::popcount(InOrder(above) & real);
    for (uint64_t left = InOrder(between) & real; left != 0; left &= left - 1) {
      found.complete = found.keys.size() < limit;
      if (!found.complete) break;
      found.keys.push_back(RankKey<by>(of_block[std::countr_zero(left)]));
    }
  });
  found.finite = AllZero(not_finite);
}

// The loops by processor: a template has no clones.
SPARSWEEP_FOR_EACH_CPU
bool WriteByValue(Values values, uint32_t key, BitMask& mask) {
  return Write<RankBy::kValue>(values, key, mask);
}
SPARSWEEP_FOR_EACH_CPU
bool WriteByMagnitude(Values values, uint32_t key, BitMask& mask) {
  return Write<RankBy::kMagnitude>(values, key, mask);
}
SPARSWEEP_FOR_EACH_CPU
void CollectByValue(Values values, uint32_t low, uint32_t high, size_t limit, KeysBetween& found) {
  Collect<RankBy::kValue>(values, low, high, limit, found);
}
SPARSWEEP_FOR_EACH_CPU
void CollectByMagnitude(Values values, uint32_t low, uint32_t high, size_t limit,
                        KeysBetween& found) {
  Collect<RankBy::kMagnitude>(values, low, high, limit, found);
}

}  // namespace

bool WriteAtLeast(Values values, RankBy by, uint32_t key, BitMask& mask) {
  return by == RankBy::kValue ? WriteByValue(values, key, mask)
                              : WriteByMagnitude(values, key, mask);
}

KeysBetween CollectBetween(Values values, RankBy by, uint32_t low, uint32_t high, size_t limit) {
  KeysBetween found;
  if (by == RankBy::kValue) {
    CollectByValue(values, low, high, limit, found);
  } else {
    CollectByMagnitude(values, low, high, limit, found);
  }
  return found;
}

}  // namespace sparsweep::core
