// Random numbers as a function of where they are used: no state to save, so a resume needs only the
// step number, and the bits do not depend on the number of threads.
#pragma once

#include <cstdint>

#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014), increment included.
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// One stream per (seed, purpose, position); element i of it is At(i).
class CounterStream {
 public:
  SPARSWEEP_HOST_DEVICE constexpr CounterStream(uint64_t seed, uint64_t purpose, uint64_t position)
      : key_(Mix(Mix(Mix(seed) ^ purpose) ^ position)) {}

  [[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint64_t At(uint64_t i) const {
    return Mix(key_ ^ Mix(i));
  }
  // In [0, bound), bound > 0. Its bias, bound / 2^32, does not matter to an order.
  [[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint32_t Below(uint32_t bound, uint64_t i) const {
    return static_cast<uint32_t>(((At(i) >> 32) * bound) >> 32);
  }
  // In [0, 1), a multiple of 2^-24, exact in fp32. Two neighbours share one At().
  [[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr float UnitAt(uint64_t i) const {
    const uint64_t word = At(i / 2) >> (i % 2 == 0 ? 40 : 8);
    return static_cast<float>(word & 0xFFFFFFu) * 0x1p-24F;
  }

 private:
  uint64_t key_;
};

}  // namespace sparsweep::core
