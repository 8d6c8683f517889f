#include "pruning_core/eval/task_metrics.h"

#include <algorithm>

#include "contract/nearest.h"
#include "contract/task_metrics.h"
#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

// Of the kind, whatever the layout of its files.
std::vector<std::string_view> KnownMetrics(std::string_view kind) {
  contract::TaskSpec task;
  task.kind = kind;
  return contract::MetricsOf(task);
}

}  // namespace

TaskMetrics MetricsOf(std::string_view kind, std::string_view layout, std::string_view metric,
                      uint32_t classes) {
  const std::vector<std::string_view> official = contract::OfficialMetrics(kind, layout);
  TaskMetrics metrics{.reported = {official.begin(), official.end()},
                      .chosen = std::string(metric)};
  if (metric.empty()) {
    metrics.chosen = metrics.reported.front();
    return metrics;
  }
  const std::vector<std::string_view> known = KnownMetrics(kind);
  if (std::ranges::find(known, metric) == known.end()) {
    throw UserError("METRIC_UNKNOWN", "metric", metrics.chosen,
                    fmt::format("metric: '{}' is no score of a {} task{}", metric, kind,
                                contract::NearestHint(metric, known)));
  }
  if (kind == "classification" && metric == "f1" && classes != 2) {
    throw UserError("METRIC_UNKNOWN", "metric", metrics.chosen,
                    fmt::format("metric: f1 is that of class 1 of two, the task has {} classes; "
                                "use macro_f1",
                                classes));
  }
  if (std::ranges::find(metrics.reported, metrics.chosen) == metrics.reported.end()) {
    metrics.reported.push_back(metrics.chosen);
  }
  return metrics;
}

std::string MismatchedName(std::string_view metric) { return fmt::format("{}_mismatched", metric); }

}  // namespace sparsweep::core
