// Builds prometheus-cpp families from values that are kept elsewhere.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace sparsweep::dashboard_api {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] prometheus::MetricFamily CounterFamily(std::string name, std::string help);
[[nodiscard]] prometheus::MetricFamily GaugeFamily(std::string name, std::string help);

// Adds one series to a counter or gauge.
void AddSeries(prometheus::MetricFamily& family, const MetricLabels& labels, double value);

// A family of one series without labels.
[[nodiscard]] prometheus::MetricFamily Counter(std::string name, std::string help, double value);
[[nodiscard]] prometheus::MetricFamily Gauge(std::string name, std::string help, double value);

}  // namespace sparsweep::dashboard_api
