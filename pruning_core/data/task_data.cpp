#include "pruning_core/data/task_data.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "contract/task_metrics.h"
#include "fmt/format.h"
#include "pruning_core/data/regression_targets.h"
#include "pruning_core/data/squad_reader.h"
#include "pruning_core/data/table_layout.h"
#include "pruning_core/data/table_reader.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

struct Table {
  DataSource source;
  std::vector<RawExample> examples;
};

Table Read(const std::string& path, const std::string& field, const contract::TaskSpec& task,
           uint64_t limit) {
  return {{path, field}, ReadTable(path, field, task.format, limit)};
}

Encoding Encode(const RawExample& example, const contract::TaskSpec& task,
                const WordPieceTokenizer& tokenizer) {
  return example.second ? tokenizer.Encode(example.first, *example.second, task.max_length)
                        : tokenizer.Encode(example.first, task.max_length);
}

// How the rows of a table become a dataset.
class Rows {
 public:
  Rows(const contract::TaskSpec& task, const WordPieceTokenizer& tokenizer, const LabelSet& labels)
      : task_(task), tokenizer_(tokenizer), labels_(labels), range_(LayoutOf(task.format).range) {}

  [[nodiscard]] Dataset Of(const Table& table) const {
    return task_.kind == "regression" ? Valued(table) : Labeled(table);
  }

 private:
  [[nodiscard]] Dataset Labeled(const Table& table) const {
    Dataset dataset(TargetKind::kLabel);
    for (const RawExample& example : table.examples) {
      const int32_t label = labels_.ClassOf(example, table.source.path, table.source.field);
      dataset.Add(Encode(example, task_, tokenizer_), label);
    }
    return dataset;
  }

  [[nodiscard]] Dataset Valued(const Table& table) const {
    const std::vector<float> targets = RegressionTargets(table.examples, range_, table.source);
    Dataset dataset(TargetKind::kValue);
    for (size_t i = 0; i < targets.size(); ++i) {
      dataset.AddValue(Encode(table.examples[i], task_, tokenizer_), targets[i]);
    }
    return dataset;
  }

  const contract::TaskSpec& task_;
  const WordPieceTokenizer& tokenizer_;
  const LabelSet& labels_;
  std::pair<double, double> range_;
};

// A spec that did not pass contract::Validate must not be misread.
void RequireKindFitsLayout(const contract::TaskSpec& task) {
  const std::string_view kind = contract::KindOfLayout(task.format.layout);
  const bool fits = kind.empty() ? task.kind != "span" : task.kind == kind;
  if (fits) return;
  throw UserError(
      "BAD_FORMAT", "task.kind", task.kind,
      fmt::format("task.kind: {} does not fit layout {}; give {}", task.kind, task.format.layout,
                  kind.empty() ? "classification or regression" : kind));
}

LabelSet LabelsOf(const contract::TaskSpec& task, const std::vector<RawExample>& train) {
  if (task.kind == "regression") return {};
  if (!task.labels.empty()) return LabelSet::FromList(task.labels);
  std::vector<std::string> fixed = LayoutOf(task.format).labels;
  return fixed.empty() ? LabelSet::FromExamples(train) : LabelSet::FromList(std::move(fixed));
}

TaskData LoadTables(const contract::TaskSpec& task, const WordPieceTokenizer& tokenizer) {
  const Table train = Read(task.train, "task.train", task, 0);
  const Table dev = Read(task.dev, "task.dev", task, task.dev_limit);
  TaskData data;
  data.labels = LabelsOf(task, train.examples);
  const Rows rows(task, tokenizer, data.labels);
  data.train = rows.Of(train);
  data.dev = rows.Of(dev);
  if (!task.dev_mismatched.empty()) {
    data.dev_mismatched =
        rows.Of(Read(task.dev_mismatched, "task.dev_mismatched", task, task.dev_limit));
  }
  return data;
}

// The windows of the questions of a file.
class Windows {
 public:
  Windows(const contract::TaskSpec& task, const WordPieceTokenizer& tokenizer)
      : options_{.max_length = task.max_length, .stride = task.stride}, tokenizer_(tokenizer) {}

  // Counts the questions that cannot be trained on in `left_out`.
  [[nodiscard]] Dataset ForTraining(const DataSource& source, uint64_t& left_out) const {
    Dataset dataset(TargetKind::kSpan);
    for (const SquadExample& example : ReadSquad(source.path, source.field, 0)) {
      if (!AnswerStandsInContext(example)) {
        ++left_out;
        continue;
      }
      for (const SpanFeature& feature : MakeSpanFeatures(example, 0, tokenizer_, options_)) {
        dataset.AddSpan(feature.encoding, feature.answer);
      }
    }
    if (dataset.size() == 0) {
      source.Fail("DATA_MALFORMED", "",
                  "has no question whose answer stands where answer_start says; offsets count "
                  "characters, not bytes");
    }
    return dataset;
  }

  [[nodiscard]] SpanQuestions ForScoring(const DataSource& source, uint64_t limit) const {
    SpanQuestions questions;
    questions.examples = ReadSquad(source.path, source.field, limit);
    for (uint32_t i = 0; i < questions.examples.size(); ++i) {
      std::ranges::move(MakeSpanFeatures(questions.examples[i], i, tokenizer_, options_),
                        std::back_inserter(questions.features));
    }
    if (questions.features.empty()) {
      source.Fail("DATA_EMPTY", "", "has no context with a word in it");
    }
    return questions;
  }

 private:
  SpanOptions options_;
  const WordPieceTokenizer& tokenizer_;
};

TaskData LoadQuestions(const contract::TaskSpec& task, const WordPieceTokenizer& tokenizer) {
  const Windows windows(task, tokenizer);
  TaskData data;
  data.train = windows.ForTraining({task.train, "task.train"}, data.questions_left_out);
  data.dev_questions = windows.ForScoring({task.dev, "task.dev"}, task.dev_limit);
  data.dev = Dataset(TargetKind::kSpan);
  for (const SpanFeature& feature : data.dev_questions.features) {
    data.dev.AddSpan(feature.encoding, feature.answer);
  }
  return data;
}

}  // namespace

TaskData LoadTaskData(const contract::TaskSpec& task, const WordPieceTokenizer& tokenizer) {
  RequireKindFitsLayout(task);
  return task.kind == "span" ? LoadQuestions(task, tokenizer) : LoadTables(task, tokenizer);
}

}  // namespace sparsweep::core
