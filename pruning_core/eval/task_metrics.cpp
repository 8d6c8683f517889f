#include "pruning_core/eval/task_metrics.h"

#include <algorithm>
#include <array>

#include "contract/nearest.h"
#include "contract/task_metrics.h"
#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

struct LayoutMetrics {
  std::string_view layout;
  std::array<std::string_view, 2> names;  // the primary first, the second may be empty
};

// As the GLUE benchmark scores its tasks.
constexpr std::array<LayoutMetrics, 4> kLayouts{{{"glue/cola", {"matthews", ""}},
                                                 {"glue/mrpc", {"f1", "accuracy"}},
                                                 {"glue/qqp", {"f1", "accuracy"}},
                                                 {"glue/stsb", {"pearson", "spearman"}}}};

// Of the kind, whatever the layout of its files.
std::vector<std::string_view> KnownMetrics(std::string_view kind) {
  contract::TaskSpec task;
  task.kind = kind;
  return contract::MetricsOf(task);
}

std::vector<std::string> OwnMetrics(std::string_view kind, std::string_view layout) {
  const auto* const found = std::ranges::find(kLayouts, layout, &LayoutMetrics::layout);
  if (found != kLayouts.end()) {
    std::vector<std::string> names(found->names.begin(), found->names.end());
    std::erase(names, "");
    return names;
  }
  if (kind == "regression") return {"pearson"};
  if (kind == "span") return {"f1", "exact_match"};
  return {"accuracy"};
}

}  // namespace

TaskMetrics MetricsOf(std::string_view kind, std::string_view layout, std::string_view metric,
                      uint32_t classes) {
  TaskMetrics metrics{.reported = OwnMetrics(kind, layout), .chosen = std::string(metric)};
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
