// Dropout of one element, as a function of where it stands: 16 random bits, four elements a number.
#pragma once

#include <cstdint>

#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// A probability as 16 random bits meet it.
class DropoutRate {
 public:
  // In [0, 1); rounded to a multiple of 2^-16, at most 1 - 2^-16.
  explicit DropoutRate(double probability);

  [[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint32_t threshold() const { return threshold_; }
  // 0 or 1 / (1 - p).
  [[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr float Factor(uint16_t draw) const {
    return draw < threshold_ ? 0.0F : kept_;
  }

 private:
  uint32_t threshold_;  // dropped: 16 bits below it
  float kept_;
};

// `site` numbers the places of a model.
struct DropoutPlace {
  uint64_t seed, step, site;
};

// Of a dataset row. A line is a head's row of queries or a token's vector; its number must not know
// the padding.
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr CounterStream DropoutLines(const DropoutPlace& place,
                                                                         uint32_t row) {
  constexpr uint64_t kPurpose = 0x64726F706F757421;  // "dropout!": keeps these numbers apart
  return {place.seed, kPurpose ^ Mix(place.step), Mix(place.site) ^ row};
}
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint64_t DropoutLineKey(const CounterStream& lines,
                                                                      uint64_t head,
                                                                      uint64_t token) {
  return lines.At(head << 32 | token);
}

// Number `word` of a line (SplitMix64): the draws of elements 4·word … 4·word + 3.
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint64_t DropoutWord(uint64_t line_key,
                                                                   uint64_t word) {
  return Mix(line_key + word * 0x9E3779B97F4A7C15u);
}
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint16_t DropoutDraw(uint64_t word, int element) {
  return static_cast<uint16_t>(word >> (16 * element));
}

}  // namespace sparsweep::core
