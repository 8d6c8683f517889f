// The scores of a model on a dev set, fed batch by batch.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/data/dataset.h"
#include "pruning_core/data/task_data.h"
#include "pruning_core/eval/span_decoder.h"
#include "pruning_core/eval/task_metrics.h"

namespace sparsweep::core {

struct MetricValue {
  std::string name;
  double value = 0;
};

// Made anew for each evaluation. Batches in any order give the same scores. One thread.
class TaskScore {
 public:
  explicit TaskScore(TaskMetrics metrics) : metrics_(std::move(metrics)) {}
  virtual ~TaskScore() = default;
  TaskScore(const TaskScore&) = delete;
  TaskScore& operator=(const TaskScore&) = delete;

  // `logits`, row-major, of these rows of the dev set: [B, C] classification, [B] or [B, 1]
  // regression, [B, S, 2] spans, S the padded width. B = rows.size() > 0. Each row of the dev set
  // once. A batch with a logit that is not finite is left out.
  void Add(std::span<const uint32_t> rows, std::span<const float> logits);

  // Whether all logits were finite; otherwise the scores mean nothing.
  [[nodiscard]] bool finite() const { return finite_; }
  // metrics().reported, in its order, all finite, fractions rather than per cent.
  [[nodiscard]] std::vector<MetricValue> Values() const;
  // The value of metrics().chosen.
  [[nodiscard]] double Chosen() const { return Value(metrics_.chosen); }
  [[nodiscard]] const TaskMetrics& metrics() const { return metrics_; }

 private:
  virtual void AddRow(uint32_t row, std::span<const float> logits) = 0;
  // `name` is one of the kind's metrics.
  [[nodiscard]] virtual double Value(std::string_view name) const = 0;

  TaskMetrics metrics_;
  bool finite_ = true;
};

// What is scored must outlive the score.
//
// The class with the largest logit is the prediction, the first of equals.
[[nodiscard]] std::unique_ptr<TaskScore> MakeClassificationScore(TaskMetrics metrics,
                                                                 const Dataset& dev);
[[nodiscard]] std::unique_ptr<TaskScore> MakeRegressionScore(TaskMetrics metrics,
                                                             const Dataset& dev);
// Rules of SQuAD 2.0 where a question is impossible, else those of 1.1; this sets
// `allow_no_answer`.
[[nodiscard]] std::unique_ptr<TaskScore> MakeSpanScore(TaskMetrics metrics,
                                                       const SpanQuestions& questions,
                                                       const SpanDecoding& decoding);

}  // namespace sparsweep::core
