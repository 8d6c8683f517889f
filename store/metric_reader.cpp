#include "store/metric_reader.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"

#include "store/metric_points.h"
#include "store/query.h"
#include "store/schema.h"

namespace sparsweep::store {
namespace {

class SqliteMetricReader final : public MetricReader {
 public:
  explicit SqliteMetricReader(std::unique_ptr<Database> database)
      : database_(std::move(database)) {}

  absl::StatusOr<std::vector<std::string>> Metrics(int64_t trial_id) override {
    const std::lock_guard lock(mutex_);
    Query query(*database_,
                "SELECT metric FROM metric_aggregates WHERE trial_id = ? ORDER BY metric",
                trial_id);
    std::vector<std::string> metrics;
    while (query.Next()) metrics.push_back(query.Text(0));
    if (!query.status().ok()) return query.status();
    return metrics;
  }

  absl::StatusOr<std::vector<MetricPoint>> Points(int64_t trial_id, const std::string& metric,
                                                  int64_t after_step, int64_t limit) override {
    const auto most = static_cast<size_t>(std::clamp<int64_t>(limit, 0, kMaxMetricPage));
    const std::lock_guard lock(mutex_);
    Query query(*database_,
                "SELECT count, points FROM metric_chunks WHERE trial_id = ? AND metric = ?"
                " AND superseded = 0 AND last_step > ? ORDER BY last_step, id",
                trial_id, metric, after_step);
    // Chunks share at most the step at their ends, so one step more than the page settles it.
    std::map<int64_t, double> by_step;
    while (by_step.size() <= most && query.Next()) {
      const auto points = UnpackPoints(query.Text(1), query.Int(0));
      if (!points.ok()) {
        return absl::DataLossError(absl::StrCat("trial ", trial_id, ", metric ", metric, ": ",
                                                absl::string_view(points.status().message())));
      }
      for (const MetricPoint& point : *points) {
        if (point.step > after_step) by_step.insert_or_assign(point.step, point.value);
      }
    }
    if (!query.status().ok()) return query.status();
    std::vector<MetricPoint> page;
    for (const auto& [step, value] : by_step) {
      if (page.size() == most) break;
      page.push_back({step, value});
    }
    return page;
  }

 private:
  std::mutex mutex_;
  const std::unique_ptr<Database> database_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MetricReader>> OpenMetricReader(const std::string& path) {
  auto database = OpenForReading(path);
  if (!database.ok()) return database.status();
  return std::make_unique<SqliteMetricReader>(*std::move(database));
}

}  // namespace sparsweep::store
