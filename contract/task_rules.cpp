#include <set>

#include "contract/rules.h"
#include "contract/task_metrics.h"

namespace sparsweep::contract {
namespace {

bool HasColumns(std::string_view layout) {
  return layout == "tsv" || layout == "csv" || layout == "jsonl";
}

void CheckFormat(const TaskSpec& task, Rules& rules) {
  const std::string& layout = task.format.layout;
  rules.OneOf("task.format.layout", layout, Layouts());
  const std::string_view kind = KindOfLayout(layout);
  if (kind.empty()) {
    rules.Require(
        task.kind != "span", "task.kind",
        fmt::format("span does not fit layout {}; give format: {{layout: squad}}", layout));
  } else {
    rules.Require(task.kind == kind, "task.kind",
                  fmt::format("{} does not fit layout {}; give {}", task.kind, layout, kind));
  }
  if (HasColumns(layout)) {
    rules.Require(task.format.text.size() == 1 || task.format.text.size() == 2, "task.format.text",
                  fmt::format("{} columns; name one or two text columns", task.format.text.size()));
    rules.Require(!task.format.label.empty(), "task.format.label", "empty; name the label column");
  } else {
    const auto fixed = [&](std::string_view field, bool given) {
      rules.Require(!given, field, fmt::format("layout {} has its own columns; remove it", layout));
    };
    fixed("task.format.text", !task.format.text.empty());
    fixed("task.format.label",
          !task.format.label.empty() && task.format.label != FormatSpec{}.label);
    fixed("task.format.header", !task.format.header);
  }
  rules.Require(task.dev_mismatched.empty() || layout == "glue/mnli", "task.dev_mismatched",
                fmt::format("layout {} has one evaluation file; remove it", layout));
}

void CheckLabels(const TaskSpec& task, Rules& rules) {
  rules.Require(task.labels.empty() || task.kind == "classification", "task.labels",
                fmt::format("a {} has none; remove them", task.kind));
  rules.Require(task.labels.size() != 1, "task.labels",
                "one label only; give none or at least two");
  const std::set<std::string> distinct(task.labels.begin(), task.labels.end());
  rules.Require(distinct.size() == task.labels.size(), "task.labels",
                "a label stands twice; name each once");
}

void CheckWindows(const TaskSpec& task, Rules& rules) {
  rules.Require(task.stride > 0 && (task.kind != "span" || task.stride < task.max_length),
                "task.stride",
                fmt::format("{} is not between 0 and max_length {}; give {}", task.stride,
                            task.max_length, std::max(1u, task.max_length / 3)));
  rules.Within("task.max_answer_length", task.max_answer_length, 1, 4096);
  rules.Within("task.n_best", task.n_best, 1, 1000);
  rules.Require(std::isfinite(task.null_score_threshold), "task.null_score_threshold",
                "not a finite number; give 0");
}

}  // namespace

void CheckTask(const TaskSpec& task, Rules& rules) {
  rules.OneOf("task.kind", task.kind, {"classification", "regression", "span"});
  rules.Require(!task.train.empty(), "task.train", "empty; give the training file");
  rules.Require(!task.dev.empty(), "task.dev", "empty; give the evaluation file");
  CheckFormat(task, rules);
  rules.Within("task.max_length", task.max_length, 3, 4096);
  CheckLabels(task, rules);
  CheckWindows(task, rules);
}

}  // namespace sparsweep::contract
