#include "contract/task_metrics.h"

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
Words MetricsOf(const TaskSpec& task) {
  const std::string_view layout = task.format.layout;
  if (task.kind == "span") return {"f1", "exact_match"};
  if (task.kind == "regression") return {"pearson", "spearman", "mean_squared_error"};
  if (layout == "glue/cola") return {"matthews", "accuracy"};
  if (layout == "glue/mrpc" || layout == "glue/qqp") return {"f1", "accuracy"};
  if (layout == "glue/mnli" && !task.dev_mismatched.empty()) {
    return {"accuracy", "accuracy_mismatched"};
  }
  if (layout.starts_with("glue/")) return {"accuracy"};
  return {"accuracy", "f1", "macro_f1", "matthews"};
}

std::string_view PrimaryMetric(const TaskSpec& task) { return MetricsOf(task).front(); }

bool IsBetterWhenLarger(std::string_view metric) { return metric != "mean_squared_error"; }

}  // namespace sparsweep::contract
