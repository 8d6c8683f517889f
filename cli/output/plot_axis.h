// Ranges and ticks of the front's two axes.
#pragma once

#include <string>
#include <vector>

namespace sparsweep::cli {

struct Tick {
  double value;
  std::string label;
};

struct Axis {
  double low;
  double high;
  std::vector<Tick> ticks;  // rising
};

// Linear, with about `wanted` ticks at 1, 2 or 5 · 10^k; low and high are ticks. Needs low <= high.
[[nodiscard]] Axis ScoreAxis(double low, double high, int wanted);

// Logarithmic from the next of 1, 2, 3, 5 · 10^k at or below `smallest` to 1, ticks in per cent.
// 0 < smallest <= 1; anything smaller than 1e-6 counts as that.
[[nodiscard]] Axis WeightsAxis(double smallest);

}  // namespace sparsweep::cli
