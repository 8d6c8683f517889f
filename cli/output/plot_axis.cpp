#include "cli/output/plot_axis.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"

namespace sparsweep::cli {

Axis ScoreAxis(double low, double high, int wanted) {
  const double range = high > low ? high - low : std::max(std::abs(high) * 0.1, 0.01);
  const double rough = range / std::max(1, wanted);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double mantissa : {1.0, 2.0, 5.0}) {
    if (mantissa * power >= rough * (1 - 1e-9)) {
      step = mantissa * power;
      break;
    }
  }
  auto first = static_cast<int64_t>(std::floor(low / step + 1e-9));
  auto last = static_cast<int64_t>(std::ceil(high / step - 1e-9));
  if (first == last) {
    --first;
    ++last;
  }
  const int digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  Axis axis{static_cast<double>(first) * step, static_cast<double>(last) * step, {}};
  for (int64_t i = first; i <= last; ++i) {
    const double value = static_cast<double>(i) * step;
    axis.ticks.push_back({value, fmt::format("{:.{}f}", value, digits)});
  }
  return axis;
}

Axis WeightsAxis(double smallest) {
  smallest = std::clamp(smallest, 1e-6, 1.0);
  std::vector<double> values;
  for (int power = -6; power <= -1; ++power) {
    for (const double mantissa : {1.0, 2.0, 3.0, 5.0}) {
      values.push_back(mantissa * std::pow(10, power));
    }
  }
  // A front at 90 % still gets an axis that shows where 50 % would be.
  size_t first = values.size() - 1;
  while (first > 0 && values[first] > smallest * (1 + 1e-9)) --first;
  Axis axis{values[first], 1.0, {}};
  for (size_t i = first; i < values.size(); ++i) {
    axis.ticks.push_back({values[i], fmt::format("{:.6g} %", values[i] * 100)});
  }
  axis.ticks.push_back({1.0, "100 %"});
  return axis;
}

}  // namespace sparsweep::cli
