#include "pruning_core/eval/task_score.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "pruning_core/eval/class_tally.h"
#include "pruning_core/eval/regression_metrics.h"
#include "pruning_core/eval/squad_score.h"

namespace sparsweep::core {
namespace {

class ClassificationTaskScore final : public TaskScore {
 public:
  ClassificationTaskScore(TaskMetrics metrics, const Dataset& dev)
      : TaskScore(std::move(metrics)), dev_(dev) {}

 private:
  void AddRow(uint32_t row, std::span<const float> logits) override {
    tally_.Add(static_cast<int32_t>(std::ranges::max_element(logits) - logits.begin()),
               dev_.Label(row));
  }
  double Value(std::string_view name) const override { return tally_.Named(name); }

  const Dataset& dev_;
  ClassTally tally_;
};

class RegressionTaskScore final : public TaskScore {
 public:
  RegressionTaskScore(TaskMetrics metrics, const Dataset& dev)
      : TaskScore(std::move(metrics)), dev_(dev), predictions_(dev.size()), labels_(dev.size()) {}

 private:
  // By row, so that the sums do not depend on the order of the batches.
  void AddRow(uint32_t row, std::span<const float> logits) override {
    predictions_[row] = logits.front();
    labels_[row] = dev_.Value(row);
  }
  double Value(std::string_view name) const override {
    return RegressionMetric(name, predictions_, labels_);
  }

  const Dataset& dev_;
  std::vector<double> predictions_;
  std::vector<double> labels_;
};

SpanDecoding ByRules(SpanDecoding decoding, SquadRules rules) {
  decoding.allow_no_answer = rules == SquadRules::kVersion2;
  return decoding;
}

class SpanTaskScore final : public TaskScore {
 public:
  SpanTaskScore(TaskMetrics metrics, const SpanQuestions& questions, const SpanDecoding& decoding)
      : TaskScore(std::move(metrics)),
        questions_(questions),
        rules_(RulesOf(questions.examples)),
        decoder_(questions.examples, questions.features, ByRules(decoding, rules_)) {}

 private:
  void AddRow(uint32_t row, std::span<const float> logits) override { decoder_.Add(row, logits); }
  double Value(std::string_view name) const override {
    SquadScore score(rules_);
    const std::vector<std::string> answers = decoder_.Answers();
    for (size_t i = 0; i < answers.size(); ++i) {
      score.Add(answers[i], questions_.examples[i]);
    }
    return name == "exact_match" ? score.All().ExactMatch() : score.All().F1();
  }

  const SpanQuestions& questions_;
  SquadRules rules_;
  SpanDecoder decoder_;
};

}  // namespace

void TaskScore::Add(std::span<const uint32_t> rows, std::span<const float> logits) {
  // NaN has no place in an order.
  if (!std::ranges::all_of(logits, [](float logit) { return std::isfinite(logit); })) {
    finite_ = false;
    return;
  }
  const size_t width = logits.size() / rows.size();
  for (size_t i = 0; i < rows.size(); ++i) AddRow(rows[i], logits.subspan(i * width, width));
}

std::vector<MetricValue> TaskScore::Values() const {
  std::vector<MetricValue> values;
  for (const std::string& name : metrics_.reported) values.push_back({name, Value(name)});
  return values;
}

std::unique_ptr<TaskScore> MakeClassificationScore(TaskMetrics metrics, const Dataset& dev) {
  return std::make_unique<ClassificationTaskScore>(std::move(metrics), dev);
}

std::unique_ptr<TaskScore> MakeRegressionScore(TaskMetrics metrics, const Dataset& dev) {
  return std::make_unique<RegressionTaskScore>(std::move(metrics), dev);
}

std::unique_ptr<TaskScore> MakeSpanScore(TaskMetrics metrics, const SpanQuestions& questions,
                                         const SpanDecoding& decoding) {
  return std::make_unique<SpanTaskScore>(std::move(metrics), questions, decoding);
}

}  // namespace sparsweep::core
