#include "pruning_core/train/evaluator.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pruning_core/data/batch.h"
#include "pruning_core/data/batch_order.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/models/head.h"

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

Evaluator::Evaluator(const contract::TrialSpec& spec, const RunInputs& inputs, ProcessGroup* ranks)
    : task_(spec.task),
      inputs_(inputs),
      ranks_(ranks),
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

at::Tensor Evaluator::Infer(const Dataset& dev, const std::vector<uint32_t>& rows) const {
  const BertModel& model = inputs_.loaded.model;
  const Batch batch = OnDevice(MakeBatch(dev, rows, inputs_.pad_id), model.device());
  return model.InferLogits(batch).cpu().contiguous();
}

int64_t Evaluator::Count(const Dataset& dev, const std::vector<uint32_t>& rows) const {
  size_t tokens = 1;
  if (dev.kind() == TargetKind::kSpan) {
    for (const uint32_t row : rows) tokens = std::max(tokens, dev.Ids(row).size());
  }
  const int64_t outputs =
      HeadOutputs(inputs_.loaded.model.head(), static_cast<int64_t>(inputs_.data.labels.size()));
  return static_cast<int64_t>(rows.size() * tokens) * outputs;
}

std::vector<MetricValue> Evaluator::ScoreOn(const Dataset& dev, int64_t step,
                                            const BatchDone& done) const {
  const std::unique_ptr<TaskScore> score = MakeScore(dev);
  const uint32_t size = dev.kind() == TargetKind::kSpan ? kSpanBatch : kBatch;
  const auto batches = EvaluationBatches(dev.Lengths(), size);
  const size_t ranks = ranks_ != nullptr ? static_cast<size_t>(ranks_->size()) : 1;
  const size_t own = ranks_ != nullptr ? static_cast<size_t>(ranks_->rank()) : 0;
  at::Tensor inferred;
  for (size_t b = 0; b < batches.size(); ++b) {
    const size_t owner = b % ranks;  // batches are dealt out in rounds
    if (owner == 0 && b + own < batches.size()) inferred = Infer(dev, batches[b + own]);
    const at::Tensor logits =
        owner == own ? inferred : at::empty({Count(dev, batches[b])}, at::kFloat);
    if (ranks_ != nullptr) ranks_->Broadcast(logits, static_cast<int64_t>(owner));
    score->Add(batches[b], {logits.const_data_ptr<float>(), static_cast<size_t>(logits.numel())});
    done(static_cast<int64_t>(batches[b].size()));
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
