// Random numbers as a function of where they are used: no state to save, so a resume needs only the
// step number.
#pragma once

#include <cstdint>

namespace sparsweep::core {

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014), increment included.
[[nodiscard]] constexpr uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// One stream per (seed, purpose, position); element i of it is At(i).
class CounterStream {
 public:
  constexpr CounterStream(uint64_t seed, uint64_t purpose, uint64_t position)
      : key_(Mix(Mix(Mix(seed) ^ purpose) ^ position)) {}

  [[nodiscard]] constexpr uint64_t At(uint64_t i) const { return Mix(key_ ^ Mix(i)); }
  // In [0, bound): high half of the product, whose bias (bound / 2^64) does not matter here. bound
  // > 0.
  [[nodiscard]] uint64_t Below(uint64_t bound, uint64_t i) const {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(At(i)) * bound) >> 64);
  }

 private:
  uint64_t key_;
};

}  // namespace sparsweep::core
