#include "pruning_core/train/histogram.h"

#include <algorithm>

namespace sparsweep::core {

ValueHistogram MakeHistogram(std::span<const float> values) {
  ValueHistogram histogram;
  if (values.empty()) return histogram;
  const auto [low, high] = std::ranges::minmax(values);
  histogram.low = static_cast<double>(low);
  histogram.high = static_cast<double>(high);
  histogram.counts.resize(kBins);
  const double width = histogram.high - histogram.low;
  const double scale = width > 0 ? kBins / width : 0.0;
  for (const float value : values) {
    const double bin = (static_cast<double>(value) - histogram.low) * scale;
    ++histogram.counts[static_cast<size_t>(std::min(bin, kBins - 1.0))];
  }
  return histogram;
}

}  // namespace sparsweep::core
