#include <algorithm>
#include <charconv>
#include <cmath>

#include "contract/nearest.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "pruning_core/data/glue_layouts.h"
#include "pruning_core/data/regression_targets.h"
#include "pruning_core/data/table_reader.h"
#include "pruning_core/eval/class_tally.h"
#include "pruning_core/eval/prediction_file.h"
#include "pruning_core/eval/prediction_report.h"
#include "pruning_core/eval/regression_metrics.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kMaxPredictionBytes = uint64_t{1} << 30;
const std::vector<std::string_view> kTasks{"squad",    "glue/cola", "glue/sst2", "glue/mrpc",
                                           "glue/qqp", "glue/stsb", "glue/mnli", "glue/qnli",
                                           "glue/rte", "glue/wnli"};

template <typename T>
std::optional<T> Number(std::string_view text) {
  T number{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// Class numbers of labels that are names or numbers of classes.
class ClassReader {
 public:
  // `reason`: of the UserError for another label. `unit`: what it counts places in, "line".
  ClassReader(const std::vector<std::string>& names, const DataSource& source, const char* reason,
              const char* unit)
      : names_(names), source_(source), reason_(reason), unit_(unit) {}

  int32_t ClassOf(std::string_view label, uint64_t place) {
    const auto name = std::ranges::find(names_, label);
    if (name != names_.end()) return static_cast<int32_t>(name - names_.begin());
    const auto number = Number<uint32_t>(label);
    if (number && *number < names_.size()) {
      by_number_ = true;
      return static_cast<int32_t>(*number);
    }
    const std::vector<std::string_view> known(names_.begin(), names_.end());
    source_.Fail(reason_, std::string(label),
                 fmt::format("{} {}: {} is no label of the task and no number of one{}", unit_,
                             place, Quoted(label), contract::NearestHint(label, known)));
  }
  // Names that look like numbers are names.
  [[nodiscard]] bool by_number() const { return by_number_; }

 private:
  const std::vector<std::string>& names_;
  const DataSource& source_;
  const char* reason_;
  const char* unit_;
  bool by_number_ = false;
};

void ScoreClasses(const std::vector<RawExample>& examples, const std::vector<std::string>& labels,
                  const std::vector<std::string>& names, const DataSource& data,
                  const DataSource& predictions, PredictionReport& report) {
  ClassReader classes(names, predictions, "BAD_PREDICTIONS", "example");
  ClassReader wanted(names, data, "LABEL_NOT_IN_LIST", "line");
  ClassTally tally;
  for (size_t i = 0; i < examples.size(); ++i) {
    const int32_t truth = wanted.ClassOf(examples[i].label, examples[i].line);
    tally.Add(classes.ClassOf(labels[i], i), truth);
  }
  for (MetricValue& value : report.values) value.value = tally.Named(value.name);
  if (classes.by_number() || wanted.by_number()) {
    report.warnings.push_back(fmt::format("labels by number are counted from 0 in this order: {}",
                                          fmt::join(names, ", ")));
  }
}

void ScoreValues(const std::vector<RawExample>& examples, const std::vector<std::string>& labels,
                 std::pair<double, double> range, const DataSource& data,
                 const DataSource& predictions, PredictionReport& report) {
  std::vector<double> predicted;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto value = Number<double>(labels[i]);
    if (!value || !std::isfinite(*value)) {
      predictions.Fail("BAD_PREDICTIONS", labels[i],
                       fmt::format("example {}: {} is not a finite number", i, Quoted(labels[i])));
    }
    predicted.push_back(*value);
  }
  const std::vector<float> targets = RegressionTargets(examples, range, data);
  const std::vector<double> wanted(targets.begin(), targets.end());
  for (MetricValue& value : report.values) {
    value.value = RegressionMetric(value.name, predicted, wanted);
  }
}

}  // namespace

PredictionReport ScoreLabels(const std::string& task, const DataSource& data,
                             const DataSource& predictions) {
  const auto layout = GlueLayout(task);
  if (!layout) {
    throw UserError(
        "TASK_UNKNOWN", "--task", task,
        fmt::format("--task: there is no task '{}'{}", task, contract::NearestHint(task, kTasks)));
  }
  contract::FormatSpec format;
  format.layout = task;
  const std::vector<RawExample> examples = ReadTable(data.path, data.field, format, 0);
  const std::vector<std::string> labels =
      ParseLabels(ReadBytes(predictions, kMaxPredictionBytes), examples.size(), predictions);
  PredictionReport report{.examples = examples.size(), .values = {}, .warnings = {}};
  const std::string_view kind = layout->regression ? "regression" : "classification";
  const auto classes = static_cast<uint32_t>(layout->labels.size());
  for (const std::string& name : MetricsOf(kind, task, "", classes).reported) {
    report.values.push_back({name, 0});
  }
  if (layout->regression) {
    ScoreValues(examples, labels, layout->range, data, predictions, report);
  } else {
    ScoreClasses(examples, labels, layout->labels, data, predictions, report);
  }
  return report;
}

}  // namespace sparsweep::core
