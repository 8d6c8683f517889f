// Scores of predicted values, as scipy and scikit-learn define them.
//
// A correlation does not exist with fewer than two pairs or where one side is constant; scipy says
// NaN or refuses. It is 0 here: a series of scores is finite, and a model that answers the same to
// everything has found no correlation.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace sparsweep::core {

// Both spans of the same length, all values finite. In [-1, 1].
[[nodiscard]] double Pearson(std::span<const double> predictions, std::span<const double> labels);
// Pearson of the ranks; equal values share the mean of their ranks.
[[nodiscard]] double Spearman(std::span<const double> predictions, std::span<const double> labels);
// 0 of no pairs.
[[nodiscard]] double MeanSquaredError(std::span<const double> predictions,
                                      std::span<const double> labels);

// By a metric event's name: pearson, spearman or mean_squared_error.
[[nodiscard]] double RegressionMetric(std::string_view metric, std::span<const double> predictions,
                                      std::span<const double> labels);

// From 1; equal values share the mean of their ranks.
[[nodiscard]] std::vector<double> AverageRanks(std::span<const double> values);

}  // namespace sparsweep::core
