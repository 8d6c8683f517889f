#include "pruning_core/verify/case_run.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "pruning_core/models/task_loss.h"
#include "pruning_core/verify/case_optimizer.h"
#include "pruning_core/verify/logit_checks.h"
#include "pruning_core/verify/tolerances.h"

namespace sparsweep::core {
namespace {

at::Tensor TaskLoss(Head head, const at::Tensor& logits, const Batch& batch) {
  switch (head) {
    case Head::kRegression:
      return SquaredError(logits, batch.labels);
    case Head::kSpan:
      return SpanLoss(logits, batch.start_positions, batch.end_positions);
    case Head::kClassification:
      break;
  }
  return CrossEntropy(logits, batch.labels);
}

BertModel OnDevice(BertModel model, at::Device device) {
  model.MoveTo(device);
  return model;
}

}  // namespace

CaseRun::CaseRun(GoldenCase& golden, at::Device device)
    : golden_(golden),
      file_(golden.file()),
      student_(OnDevice(golden.Student(), device)),
      optimizer_(MakeCaseOptimizer(golden, student_.parameters())),
      method_(MakeCaseMethod(file_)),
      schedule_(file_, optimizer_, comparison_),
      masks_(golden, optimizer_, *method_, comparison_),
      parameters_(golden, student_, optimizer_, comparison_) {
  if (file_.distillation) teacher_.emplace(OnDevice(golden.Teacher(student_), device));
}

void CaseRun::Run() {
  const std::vector<int64_t> ends =
      GroupEnds(file_.epochs, file_.forwards_per_epoch, file_.accumulation);
  int64_t forward = 0;
  for (const int64_t last : ends) {
    const int64_t first = forward;
    while (forward <= last) Forward(forward++);
    FinishStep(first, last);
  }
  Trail(forward);
  masks_.Evaluation();
  schedule_.Evaluation();
  CompareEvalLogits(golden_, student_.InferLogits(MicroBatch(0)).cpu(), optimizer_.steps_done(),
                    comparison_);
}

Batch CaseRun::MicroBatch(int64_t forward) const {
  return core::OnDevice(golden_.MicroBatch(forward), student_.device());
}

void CaseRun::Trail(int64_t first_forward) {
  const int64_t all = file_.epochs * file_.forwards_per_epoch;
  if (first_forward == all) return;
  PruningOptimizer done = std::exchange(
      optimizer_, MakeTrailingOptimizer(file_, optimizer_, memory_, student_.parameters()));
  for (int64_t forward = first_forward; forward < all; ++forward) Forward(forward);
  optimizer_ = std::move(done);
  optimizer_.Restore(optimizer_.steps_done());
}

void CaseRun::Forward(int64_t forward) {
  schedule_.Forward(forward);
  masks_.Forward(forward);
  const Batch batch = MicroBatch(forward);
  const at::Tensor logits = student_.Logits(batch);
  if (forward == 0) CompareFirstLogits(golden_, logits.detach().cpu(), comparison_);
  const at::Tensor loss = Loss(forward, batch, logits);
  CompareTotal(forward, loss.item<double>());
  loss.div(static_cast<double>(file_.accumulation)).backward();
  optimizer_.AfterBackward();
  method_->NextForward();
}

at::Tensor CaseRun::Loss(int64_t forward, const Batch& batch, const at::Tensor& logits) {
  const auto i = static_cast<size_t>(forward);
  const auto compare = [&](Quantity quantity, const at::Tensor& ours, double stored) {
    comparison_.Number(quantity, {forward, optimizer_.steps_done()}, ours.item<double>(), stored,
                       tolerance::kLoss * std::max(1.0, std::abs(stored)));
  };
  const at::Tensor task = TaskLoss(file_.head, logits, batch);
  compare(Quantity::kTaskLoss, task, file_.forwards.task_loss[i]);
  if (!file_.distillation) return task;
  const CaseDistillation& kd = *file_.distillation;
  const at::Tensor distance =
      DistillationLoss(logits, teacher_->InferLogits(batch), kd.temperature);
  if (!file_.forwards.distillation_loss.empty()) {
    compare(Quantity::kDistillationLoss, distance, file_.forwards.distillation_loss[i]);
  }
  return kd.weight * distance + kd.task_weight * task;
}

void CaseRun::FinishStep(int64_t first_forward, int64_t last_forward) {
  const int64_t step = optimizer_.steps_done();
  const double share = static_cast<double>(last_forward - first_forward + 1) /
                       static_cast<double>(file_.accumulation);
  if (step == 0) parameters_.FirstGradients(share);
  memory_ = MethodMemory(optimizer_);
  schedule_.Step(step, last_forward, optimizer_.Step(share));
  parameters_.Parameters();
}

void CaseRun::CompareTotal(int64_t forward, double loss) {
  const auto i = static_cast<size_t>(forward);
  const ForwardSeries& stored = file_.forwards;
  const auto compare = [&](Quantity quantity, double ours, double theirs) {
    comparison_.Number(quantity, {forward, optimizer_.steps_done()}, ours, theirs,
                       tolerance::kLoss * std::max(1.0, std::abs(theirs)));
  };
  const double regularizer = file_.regularized ? Regularizer() : 0.0;
  if (!stored.regularizer.empty()) {
    compare(Quantity::kRegularizer, regularizer, stored.regularizer[i]);
  }
  compare(Quantity::kTotalLoss,
          (loss + optimizer_.lambda() * regularizer) / static_cast<double>(file_.accumulation),
          stored.loss[i]);
}

double CaseRun::Regularizer() const {
  double sum = 0.0;
  for (const PrunedMatrix& matrix : optimizer_.matrices()) {
    const at::Tensor scores = matrix.score.cpu();
    std::vector<float> unused(static_cast<size_t>(scores.numel()));
    sum +=
        method_->AddPenalty(scores.const_data_ptr<float>(), 0.0F, scores.numel(), unused.data()) /
        static_cast<double>(scores.numel());
  }
  return sum / static_cast<double>(optimizer_.matrices().size());
}

}  // namespace sparsweep::core
