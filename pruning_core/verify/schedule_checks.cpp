#include "pruning_core/verify/schedule_checks.h"

#include <cmath>

#include "pruning_core/verify/case_optimizer.h"
#include "pruning_core/verify/tolerances.h"

namespace sparsweep::core {
namespace {

constexpr float kKeepAll = -100.0F;  // the global threshold while v is 1

}  // namespace

void ScheduleChecks::Forward(int64_t forward) {
  const auto i = static_cast<size_t>(forward);
  const ForwardSeries& stored = file_.forwards;
  const int64_t step = optimizer_.steps_done();
  const int64_t t = step + file_.hyper.first_schedule_step;
  const Place place{forward, step};
  const auto compare = [&](Quantity quantity, double ours, double theirs) {
    comparison_.Number(quantity, place, ours, theirs, tolerance::kSchedule * std::abs(theirs));
  };
  if (!stored.schedule_step.empty()) {
    compare(Quantity::kScheduleStep, static_cast<double>(t),
            static_cast<double>(stored.schedule_step[i]));
  }
  compare(Quantity::kThreshold, optimizer_.threshold(), stored.v[i]);
  const double lambda = file_.regularized ? optimizer_.lambda() : file_.hyper.schedule.Lambda(t);
  compare(Quantity::kLambda, lambda, stored.lambda[i]);
  if (!stored.threshold_used.empty()) {
    CompareThresholdUsed(Quantity::kThresholdUsed, place, stored.threshold_used[i]);
  }
}

void ScheduleChecks::Step(int64_t step, int64_t last_forward, const StepReport& report) {
  const auto i = static_cast<size_t>(step);
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
}

void ScheduleChecks::Evaluation() {
  if (!file_.eval_threshold) return;
  CompareThresholdUsed(Quantity::kEvalThreshold, {-1, optimizer_.steps_done()},
                       *file_.eval_threshold);
}

void ScheduleChecks::CompareThresholdUsed(Quantity quantity, const Place& place, double stored) {
  if (file_.threshold_interval == 0) {
    comparison_.Number(quantity, place, optimizer_.threshold(), stored,
                       tolerance::kSchedule * std::abs(stored));
    return;
  }
  float used = kKeepAll;
  if (optimizer_.threshold() != 1.0) used = MethodMemory(optimizer_)[0].item<float>();
  comparison_.Number(quantity, place, static_cast<double>(used), stored,
                     tolerance::Scores(file_.hyper.score_learning_rate));
}

}  // namespace sparsweep::core
