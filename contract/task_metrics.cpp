#include "contract/task_metrics.h"

#include <algorithm>

namespace sparsweep::contract {

using Words = std::vector<std::string_view>;

const Words& Layouts() {
  static const Words layouts{"tsv",       "csv",       "jsonl",    "squad",     "glue/cola",
                             "glue/sst2", "glue/mrpc", "glue/qqp", "glue/stsb", "glue/mnli",
                             "glue/qnli", "glue/rte",  "glue/wnli"};
  return layouts;
}

std::string_view KindOfLayout(std::string_view layout) {
  if (layout == "squad") return "span";
  if (layout == "glue/stsb") return "regression";
  return layout.starts_with("glue/") ? "classification" : "";
}

// Wang et al. 2019 (GLUE), table 1; Rajpurkar et al. 2016 (SQuAD).
Words OfficialMetrics(std::string_view kind, std::string_view layout) {
  if (kind == "span") return {"f1", "exact_match"};
  if (layout == "glue/stsb") return {"pearson", "spearman"};
  if (kind == "regression") return {"pearson"};
  if (layout == "glue/cola") return {"matthews"};
  if (layout == "glue/mrpc" || layout == "glue/qqp") return {"f1", "accuracy"};
  return {"accuracy"};
}

Words MetricsOf(const TaskSpec& task) {
  Words metrics = OfficialMetrics(task.kind, task.format.layout);
  Words others{"accuracy", "f1", "macro_f1", "matthews"};
  if (task.kind == "span") others = {};
  if (task.kind == "regression") others = {"pearson", "spearman", "mean_squared_error"};
  if (!task.dev_mismatched.empty()) others.emplace_back("accuracy_mismatched");
  for (const std::string_view other : others) {
    if (std::ranges::find(metrics, other) == metrics.end()) metrics.push_back(other);
  }
  return metrics;
}

std::string_view PrimaryMetric(const TaskSpec& task) { return MetricsOf(task).front(); }

bool IsBetterWhenLarger(std::string_view metric) { return metric != "mean_squared_error"; }

}  // namespace sparsweep::contract
