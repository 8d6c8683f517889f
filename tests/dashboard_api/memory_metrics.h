// MetricReader over a map.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/metric_reader.h"

namespace sparsweep::test {

// Filled before it is read; reading is thread-safe then.
class MemoryMetrics final : public store::MetricReader {
 public:
  void Add(int64_t trial_id, const std::string& metric, store::MetricPoint point) {
    points_[{trial_id, metric}].push_back(point);
  }

  absl::StatusOr<std::vector<std::string>> Metrics(int64_t trial_id) override {
    std::vector<std::string> names;
    for (const auto& [key, points] : points_) {
      if (key.first == trial_id) names.push_back(key.second);
    }
    return names;
  }

  absl::StatusOr<std::vector<store::MetricPoint>> Points(int64_t trial_id,
                                                         const std::string& metric,
                                                         int64_t after_step,
                                                         int64_t limit) override {
    limit = std::min(limit, store::kMaxMetricPage);
    std::vector<store::MetricPoint> page;
    const auto found = points_.find({trial_id, metric});
    if (found == points_.end()) return page;
    for (const store::MetricPoint& point : found->second) {
      if (point.step > after_step && static_cast<int64_t>(page.size()) < limit) {
        page.push_back(point);
      }
    }
    return page;
  }

 private:
  std::map<std::pair<int64_t, std::string>, std::vector<store::MetricPoint>> points_;
};

}  // namespace sparsweep::test
