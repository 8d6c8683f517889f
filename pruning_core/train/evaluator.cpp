#include "pruning_core/train/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pruning_core/data/batch.h"
#include "pruning_core/data/batch_order.h"
#include "pruning_core/methods/numeric_error.h"

namespace sparsweep::core {
namespace {

// Span windows are long, and their logits too.
constexpr uint32_t kBatch = 128;
constexpr uint32_t kSpanBatch = 32;

constexpr std::string_view kMismatched = "_mismatched";

std::string WithoutMismatched(const std::string& metric) {
  return metric.ends_with(kMismatched) ? metric.substr(0, metric.size() - kMismatched.size())
                                       : metric;
}

}  // namespace

Evaluator::Evaluator(const contract::TrialSpec& spec, const RunInputs& inputs)
    : task_(spec.task),
      inputs_(inputs),
      metrics_(MetricsOf(spec.task.kind, spec.task.format.layout, WithoutMismatched(spec.metric),
                         static_cast<uint32_t>(inputs.data.labels.size()))),
      score_name_(spec.metric.empty() ? metrics_.chosen : spec.metric) {}

Evaluation Evaluator::Run(int64_t step,
                          const std::function<void(int64_t, int64_t)>& progress) const {
  const auto& mismatched = inputs_.data.dev_mismatched;
  const int64_t total = inputs_.data.dev.size() + (mismatched ? mismatched->size() : 0);
  int64_t done = 0;
  const BatchDone count = [&](int64_t examples) { progress(done += examples, total); };
  Evaluation evaluation{.metrics = ScoreOn(inputs_.data.dev, step, count)};
  if (mismatched) {
    for (MetricValue& metric : ScoreOn(*mismatched, step, count)) {
      evaluation.metrics.push_back({MismatchedName(metric.name), metric.value});
    }
  }
  const auto chosen = std::ranges::find(evaluation.metrics, score_name_, &MetricValue::name);
  evaluation.score = chosen->value;
  return evaluation;
}

std::unique_ptr<TaskScore> Evaluator::MakeScore(const Dataset& dev) const {
  switch (dev.kind()) {
    case TargetKind::kValue:
      return MakeRegressionScore(metrics_, dev);
    case TargetKind::kSpan:
      return MakeSpanScore(
          metrics_, inputs_.data.dev_questions,
          {.n_best = task_.n_best,
           .max_answer_length = task_.max_answer_length,
           .null_score_threshold = static_cast<float>(task_.null_score_threshold)});
    case TargetKind::kLabel:
      break;
  }
  return MakeClassificationScore(metrics_, dev);
}

std::vector<MetricValue> Evaluator::ScoreOn(const Dataset& dev, int64_t step,
                                            const BatchDone& done) const {
  const std::unique_ptr<TaskScore> score = MakeScore(dev);
  const uint32_t size = dev.kind() == TargetKind::kSpan ? kSpanBatch : kBatch;
  for (const auto& rows : EvaluationBatches(dev.Lengths(), size)) {
    const Batch batch = MakeBatch(dev, rows, inputs_.pad_id);
    const at::Tensor logits = inputs_.loaded.model.InferLogits(batch).contiguous();
    score->Add(rows, {logits.const_data_ptr<float>(), static_cast<size_t>(logits.numel())});
    done(static_cast<int64_t>(rows.size()));
  }
  if (!score->finite()) {
    throw NumericError(step, "",
                       fmt::format("logits of the evaluation after step {} are not finite; lower "
                                   "the learning rates, or check the model's weights",
                                   step));
  }
  return score->Values();
}

}  // namespace sparsweep::core
