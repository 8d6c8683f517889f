#include "pruning_core/eval/regression_metrics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace sparsweep::core {
namespace {

// The deviations from the mean, scaled to norm 1; empty where there are none. Divided by the
// largest first, so that squares neither overflow nor vanish.
std::vector<double> UnitDeviations(std::span<const double> values) {
  const bool constant =
      std::ranges::all_of(values, [&](double value) { return value == values.front(); });
  if (values.size() < 2 || constant) return {};
  const auto count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / count;
  std::vector<double> deviations(values.size());
  double largest = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    deviations[i] = values[i] - mean;
    largest = std::max(largest, std::abs(deviations[i]));
  }
  double squares = 0;
  for (double& deviation : deviations) {
    deviation /= largest;
    squares += deviation * deviation;
  }
  for (double& deviation : deviations) deviation /= std::sqrt(squares);
  return deviations;
}

}  // namespace

double Pearson(std::span<const double> predictions, std::span<const double> labels) {
  const std::vector<double> x = UnitDeviations(predictions);
  const std::vector<double> y = UnitDeviations(labels);
  if (x.empty() || y.empty()) return 0;
  return std::clamp(std::inner_product(x.begin(), x.end(), y.begin(), 0.0), -1.0, 1.0);
}

double Spearman(std::span<const double> predictions, std::span<const double> labels) {
  return Pearson(AverageRanks(predictions), AverageRanks(labels));
}

double MeanSquaredError(std::span<const double> predictions, std::span<const double> labels) {
  if (predictions.empty()) return 0;
  double sum = 0;
  for (size_t i = 0; i < predictions.size(); ++i) {
    const double error = predictions[i] - labels[i];
    sum += error * error;
  }
  return sum / static_cast<double>(predictions.size());
}

double RegressionMetric(std::string_view metric, std::span<const double> predictions,
                        std::span<const double> labels) {
  if (metric == "spearman") return Spearman(predictions, labels);
  if (metric == "mean_squared_error") return MeanSquaredError(predictions, labels);
  return Pearson(predictions, labels);
}

std::vector<double> AverageRanks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    // Ranks begin + 1 … end.
    const double rank = (static_cast<double>(begin + 1) + static_cast<double>(end)) / 2;
    for (; begin < end; ++begin) ranks[order[begin]] = rank;
  }
  return ranks;
}

}  // namespace sparsweep::core
