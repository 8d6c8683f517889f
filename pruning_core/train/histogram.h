// How values are spread. No torch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sparsweep::core {

struct ValueHistogram {
  double low = 0;   // smallest value
  double high = 0;  // largest value
  std::vector<int64_t> counts;
};

// kBins bins of equal width from the smallest to the largest value, which counts in the last. All
// values are finite; equal ones stand in the first bin. Empty for no values.
inline constexpr int kBins = 64;
[[nodiscard]] ValueHistogram MakeHistogram(std::span<const float> values);

}  // namespace sparsweep::core
