#include "dashboard_api/metric_family.h"

namespace sparsweep::dashboard_api {

prometheus::MetricFamily CounterFamily(std::string name, std::string help) {
  return {std::move(name), std::move(help), prometheus::MetricType::Counter, {}};
}

prometheus::MetricFamily GaugeFamily(std::string name, std::string help) {
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {}};
}

void AddSeries(prometheus::MetricFamily& family, const MetricLabels& labels, double value) {
  prometheus::ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({name, text});
  if (family.type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family.metric.push_back(std::move(metric));
}

prometheus::MetricFamily Counter(std::string name, std::string help, double value) {
  auto family = CounterFamily(std::move(name), std::move(help));
  AddSeries(family, {}, value);
  return family;
}

prometheus::MetricFamily Gauge(std::string name, std::string help, double value) {
  auto family = GaugeFamily(std::move(name), std::move(help));
  AddSeries(family, {}, value);
  return family;
}

}  // namespace sparsweep::dashboard_api
