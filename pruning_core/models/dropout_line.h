// The factors that dropout multiplies one line of a tensor with. No torch.
#pragma once

#include <cstdint>
#include <span>

namespace sparsweep::core {

// A probability as 16 random bits meet it.
class DropoutRate {
 public:
  // In [0, 1); rounded to a multiple of 2^-16, at most 1 - 2^-16.
  explicit DropoutRate(double probability);

  [[nodiscard]] uint32_t threshold() const { return threshold_; }  // dropped: 16 bits below it
  [[nodiscard]] float kept() const { return kept_; }               // 1 / (1 - p)

 private:
  uint32_t threshold_;
  float kept_;
};

// Element i becomes 0 or rate.kept(), by `key` and i alone: a longer line starts with the same
// factors. Lines with different keys are independent (SplitMix64, four elements a number).
void FillDropoutLine(uint64_t key, const DropoutRate& rate, std::span<float> line);

}  // namespace sparsweep::core
