#include "pruning_core/train/training_step.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pruning_core/distill/fixed_width.h"
#include "pruning_core/distill/teacher.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/models/task_loss.h"

namespace sparsweep::core {
namespace {

// Far below any logit: its share in a softmax over positions is 0.
constexpr double kPaddingLogit = -10000.0;

// [B, S, 2] without a share for padding, so that an example's loss does not depend on how long the
// others of its batch are.
at::Tensor WithoutPadding(const at::Tensor& logits, const Batch& batch) {
  return logits.masked_fill(batch.attention_mask.eq(0).unsqueeze(-1), kPaddingLogit);
}

// The largest absolute value; infinity for NaN, too.
float Largest(const at::Tensor& of) {
  const at::Tensor values = of.cpu();
  float largest = 0;
  for (const float value :
       std::span(values.const_data_ptr<float>(), static_cast<size_t>(values.numel()))) {
    const float size = std::isnan(value) ? std::numeric_limits<float>::infinity() : std::abs(value);
    largest = std::max(largest, size);
  }
  return largest;
}

// The parameter that is not finite, or else the one that comes closest.
const Parameter& LargestOf(const ParameterList& parameters) {
  return *std::ranges::max_element(
      parameters, {}, [](const Parameter& parameter) { return Largest(parameter.value); });
}

}  // namespace

at::Tensor TrainingStep::Run(std::span<const uint32_t> rows) {
  at::Tensor mean = Backward(exchange_ != nullptr ? exchange_->Begin(rows) : rows, rows.size());
  if (exchange_ != nullptr) {
    mean = exchange_->Finish(mean);
    RequireFinite(mean);
    exchange_->SendMasks(optimizer_.mask_hashes(), optimizer_.steps_done());
  }
  optimizer_.QueueStep();
  return mean;
}

at::Tensor TrainingStep::Backward(std::span<const uint32_t> own, size_t of_all) {
  const size_t most = spec_.training.batch / spec_.training.accumulation;
  const at::Device device = inputs_.loaded.model.device();
  at::Tensor mean = at::zeros({}, at::TensorOptions(at::kDouble).device(device));
  if (exchange_ != nullptr && own.empty()) exchange_->BeforeLastBackward();
  for (size_t begin = 0; begin < own.size(); begin += most) {
    const auto part = own.subspan(begin, std::min(most, own.size() - begin));
    const bool last = begin + part.size() == own.size();
    const double share = static_cast<double>(part.size()) / static_cast<double>(of_all);
    const Batch batch = MakeBatch(inputs_.data.train, part, inputs_.pad_id);
    const at::Tensor loss =
        Loss(OnDevice(PadTo(batch, FixedPositions(spec_), inputs_.pad_id), device));
    // With other ranks waiting for the gradients this one goes on: all find it in the sum.
    if (exchange_ == nullptr) RequireFinite(loss);
    if (exchange_ != nullptr && last) exchange_->BeforeLastBackward();
    (share == 1.0 ? loss : loss * share).backward();
    mean = mean + loss.detach().to(at::kDouble) * share;
    if (!last) optimizer_.AfterBackward();
  }
  return mean;
}

at::Tensor TrainingStep::Loss(const Batch& batch) const {
  const at::Tensor logits =
      inputs_.loaded.model.Logits(batch, {.hidden = spec_.training.dropout,
                                          .attention = spec_.training.attention_dropout,
                                          .seed = spec_.seed,
                                          .step = static_cast<uint64_t>(optimizer_.steps_done())});
  const bool spans = inputs_.data.train.kind() == TargetKind::kSpan;
  const bool counts_padding = spec_.pruning.numerics == "reference";
  return Weighted(spans && !counts_padding ? WithoutPadding(logits, batch) : logits, batch);
}

at::Tensor TrainingStep::TaskLoss(const at::Tensor& logits, const Batch& batch) const {
  switch (inputs_.data.train.kind()) {
    case TargetKind::kValue:
      return SquaredError(logits, batch.labels);
    case TargetKind::kSpan:
      return SpanLoss(logits, batch.start_positions, batch.end_positions);
    case TargetKind::kLabel:
      break;
  }
  return CrossEntropy(logits, batch.labels);
}

at::Tensor TrainingStep::Weighted(const at::Tensor& logits, const Batch& batch) const {
  const at::Tensor task = TaskLoss(logits, batch);
  if (!teacher_) return task;
  at::Tensor theirs = teacher_->Of(batch.rows, batch.input_ids.size(1)).to(logits.device());
  if (theirs.dim() == 3 && spec_.pruning.numerics != "reference") {
    theirs = WithoutPadding(theirs, batch);
  }
  const contract::TrainingSpec& training = spec_.training;
  return DistillationLoss(logits, theirs, training.distillation_temperature) *
             training.distillation_weight +
         task * training.task_weight;
}

void TrainingStep::RequireFinite(const at::Tensor& of) const {
  if (!of.is_cpu()) return;  // nobody waits for it: the optimizer finds it in the gradients
  const auto loss = of.item<double>();
  if (std::isfinite(loss)) return;
  const Parameter& suspect = LargestOf(inputs_.loaded.model.parameters());
  throw NumericError(
      optimizer_.steps_done(), suspect.name,
      fmt::format("the training loss of step {} is {} (largest weight: {} of {}); lower "
                  "training.learning_rate or set training.max_grad_norm",
                  optimizer_.steps_done(), loss, Largest(suspect.value), suspect.name));
}

}  // namespace sparsweep::core
