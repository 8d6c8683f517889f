#include "pruning_core/verify/case_run.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "pruning_core/models/task_loss.h"
#include "pruning_core/verify/case_optimizer.h"
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

}  // namespace

CaseRun::CaseRun(GoldenCase& golden)
    : golden_(golden),
      file_(golden.file()),
      student_(golden.Student()),
      optimizer_(MakeCaseOptimizer(golden, student_.parameters())),
      method_(MakeCaseMethod(file_)),
      noise_only_(file_.noise_only_gradient.begin(), file_.noise_only_gradient.end()) {
  if (file_.distillation) teacher_.emplace(golden.Teacher());
  CollectParameters();
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
  Evaluate();
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
  CompareSchedule(forward);
  CompareMasks(forward);
  CompareNoise(forward);
  const Batch batch = golden_.MicroBatch(forward);
  const at::Tensor logits = student_.Logits(batch);
  if (forward == 0) {
    CompareLogits(Quantity::kFirstLogits, "logits0/", logits, tolerance::kFirstLogits);
  }
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
  const auto i = static_cast<size_t>(step);
  const double share = static_cast<double>(last_forward - first_forward + 1) /
                       static_cast<double>(file_.accumulation);
  if (step == 0) CompareGradients(share);
  memory_ = MethodMemory(optimizer_);
  const StepReport report = optimizer_.Step(share);

  const StepSeries& stored = file_.steps;
  const auto compare = [&](Quantity quantity, double ours, double theirs, double relative) {
    comparison_.Number(quantity, {-1, step}, ours, theirs, relative * std::abs(theirs));
  };
  compare(Quantity::kStepEnds, static_cast<double>(last_forward),
          static_cast<double>(stored.last_forward[i]), 0.0);
  compare(Quantity::kLearningRate, report.learning_rate, stored.learning_rate[i],
          tolerance::kSchedule);
  compare(Quantity::kScoreLearningRate, report.score_learning_rate, stored.score_learning_rate[i],
          tolerance::kSchedule);
  compare(Quantity::kGradientNorm, report.gradient_norm, stored.gradient_norm[i], tolerance::kNorm);
  if (!file_.forwards.regularizer.empty()) {
    compare(Quantity::kRegularizer, report.regularizer,
            file_.forwards.regularizer[static_cast<size_t>(last_forward)], tolerance::kLoss);
  }
  CompareParameters();
}

void CaseRun::Evaluate() {
  CompareEvalMasks();
  const at::Tensor logits = student_.InferLogits(golden_.MicroBatch(0));
  CompareLogits(Quantity::kEvalLogits, "eval/", logits, tolerance::kEvalLogits);
}

}  // namespace sparsweep::core
