#include "pruning_core/data/glue_layouts.h"

#include <algorithm>
#include <array>

namespace sparsweep::core {
namespace {

struct Task {
  std::string_view name;
  std::array<std::string_view, 2> text;  // the second may be empty
  std::string_view label;
  std::array<std::string_view, 3> labels;  // the last may be empty; none: regression
};

// Columns by their names; CoLA's files have no header.
constexpr std::array<Task, 9> kTasks{{
    {"glue/cola", {"4", ""}, "2", {"0", "1", ""}},
    {"glue/sst2", {"sentence", ""}, "label", {"0", "1", ""}},
    {"glue/mrpc", {"#1 String", "#2 String"}, "Quality", {"0", "1", ""}},
    {"glue/qqp", {"question1", "question2"}, "is_duplicate", {"0", "1", ""}},
    {"glue/stsb", {"sentence1", "sentence2"}, "score", {"", "", ""}},
    {"glue/mnli",
     {"sentence1", "sentence2"},
     "gold_label",
     {"contradiction", "entailment", "neutral"}},
    {"glue/qnli", {"question", "sentence"}, "label", {"entailment", "not_entailment", ""}},
    {"glue/rte", {"sentence1", "sentence2"}, "label", {"entailment", "not_entailment", ""}},
    {"glue/wnli", {"sentence1", "sentence2"}, "label", {"0", "1", ""}},
}};

template <size_t N>
std::vector<std::string> Filled(const std::array<std::string_view, N>& words) {
  std::vector<std::string> filled;
  for (const std::string_view word : words) {
    if (!word.empty()) filled.emplace_back(word);
  }
  return filled;
}

}  // namespace

std::optional<TableLayout> GlueLayout(std::string_view name) {
  const auto* const task = std::ranges::find(kTasks, name, &Task::name);
  if (task == kTasks.end()) return std::nullopt;
  TableLayout layout;
  layout.header = name != "glue/cola";
  layout.text = Filled(task->text);
  layout.label = task->label;
  layout.labels = Filled(task->labels);
  layout.regression = layout.labels.empty();
  if (layout.regression) layout.range = {0, 5};
  layout.takes_empty_text = layout.text.size() == 2;
  layout.skips_short_lines = name == "glue/qqp";
  if (name == "glue/mnli") layout.skipped_label = "-";  // the annotators did not agree
  return layout;
}

}  // namespace sparsweep::core
