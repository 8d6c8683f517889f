// Floats as integers of the same order, so that ranking needs no float comparison and no sort.
#pragma once

#include <bit>
#include <cstdint>

#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// Neither NaN nor infinity.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline bool IsFinite(float value) {
  constexpr uint32_t kExponent = 0x7F800000u;  // all ones for NaN and infinity only
  return (std::bit_cast<uint32_t>(value) & kExponent) != kExponent;
}

// a < b as floats ⇔ ValueKey(a) < ValueKey(b), for all but NaN; -0 and +0 have the same key.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline uint32_t ValueKey(float value) {
  const auto bits = std::bit_cast<uint32_t>(value + 0.0F);  // -0 + 0 = +0
  const uint32_t negative = 0u - (bits >> 31);
  return bits ^ (negative | 0x80000000u);
}

// |a| < |b| ⇔ MagnitudeKey(a) < MagnitudeKey(b).
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline uint32_t MagnitudeKey(float value) {
  return std::bit_cast<uint32_t>(value) & 0x7FFFFFFFu;
}

// The value with this ValueKey.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline float ValueOfKey(uint32_t key) {
  const uint32_t bits = (key & 0x80000000u) != 0 ? key ^ 0x80000000u : ~key;
  return std::bit_cast<float>(bits);
}

}  // namespace sparsweep::core
