#include "pruning_core/train/fine_pruner.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "pruning_core/optim/evaluation_weights.h"
#include "pruning_core/train/best_weights.h"
#include "pruning_core/train/finite_state.h"
#include "pruning_core/train/host_tensors.h"
#include "pruning_core/train/mask_writer.h"
#include "pruning_core/train/progress_meter.h"
#include "pruning_core/train/result_writer.h"
#include "pruning_core/train/run_report.h"
#include "pruning_core/train/stage_meter.h"

namespace sparsweep::core {
namespace {

// A learning curve of about this many points, whatever the run's length.
constexpr uint32_t kCurvePoints = 100;
// Evaluations that are over by then are not worth a report.
constexpr std::chrono::seconds kShortEvaluation{2};

}  // namespace

bool FinePruner::StopRequested() const {
  return exchange_ ? exchange_->stop_agreed() : deps_.stop_requested();
}

FinePruner::Outcome FinePruner::Run() {
  EmitStart();
  if (!ReadTeacher()) return Stop();
  ProgressMeter meter(deps_.clock, spec_.training.steps);
  while (!AtEnd() && !best_.PatienceOver()) {
    if (StopRequested()) return Stop();
    TrainOneStep();
    if (AtEnd() || Every(std::max(1u, spec_.training.steps / kCurvePoints))) ReportTraining();
    if (const auto progress = meter.StepDone(steps_done(), spec_.training.batch)) Emit(*progress);
    if (!AtEnd() && Every(spec_.training.evaluate_every)) {
      const EvaluationWeights weights(optimizer_);
      Evaluate();
    }
    if (AtEnd() || best_.PatienceOver() || Every(spec_.training.checkpoint_every)) Checkpoint();
  }
  Finish();
  return Outcome::kFinished;
}

void FinePruner::TrainOneStep() {
  loss_sum_ = step_.Run(order_.At(static_cast<uint64_t>(steps_done()))) + loss_sum_;
  ++loss_count_;
}

void FinePruner::ReportTraining() {
  Emit(contract::Metric{.name = "loss",
                        .value = loss_sum_.item<double>() / static_cast<double>(loss_count_)});
  loss_sum_ = at::zeros({}, at::kDouble);
  loss_count_ = 0;
  if (exchange_) {
    Emit(contract::Metric{.name = "bytes_per_step",
                          .value = static_cast<double>(exchange_->bytes_per_step())});
  }
  Emit(DensityNow(optimizer_));
}

void FinePruner::Evaluate() {
  RequireFinite(optimizer_.State(), steps_done());
  StageMeter meter(deps_.clock, "evaluate", kShortEvaluation);
  const Evaluation evaluation = evaluator_.Run(steps_done(), [&](int64_t done, int64_t total) {
    if (auto stage = meter.Done(done, total)) Emit(*std::move(stage));
  });
  for (const MetricValue& metric : evaluation.metrics) {
    Emit(contract::Metric{.name = metric.name, .value = metric.value});
  }
  ReportHistograms(optimizer_.matrices(), [this](auto body) { Emit(std::move(body)); });
  evaluated_at_ = steps_done();
  score_ = evaluation.score;
  const bool better = best_.Counts(steps_done()) && best_.Take(steps_done(), score_);
  if (better && best_.keeps_weights() && leads()) {
    best_.state().tensors =
        CaptureWeights(inputs_.loaded.model.parameters(), optimizer_.matrices());
  }
}

void FinePruner::Checkpoint() {
  RequireFinite(optimizer_.State(), steps_done());
  if (exchange_) exchange_->RequireSameMasks(optimizer_.mask_hashes(), steps_done());
  checkpointed_at_ = steps_done();
  if (!leads()) return;
  Emit(checkpoints_.Write({.step = steps_done(),
                           .identity = identity_,
                           .loss_sum = loss_sum_.item<double>(),
                           .loss_count = loss_count_,
                           .world_size = spec_.world.size,
                           .best = best_.state()},
                          OnHost(optimizer_.State())));
}

FinePruner::Outcome FinePruner::Stop() {
  if (checkpointed_at_ != steps_done()) Checkpoint();
  return Outcome::kStopped;
}

void FinePruner::Finish() {
  const EvaluationWeights weights(optimizer_);
  if (!AtEnd()) {
    Emit(
        contract::Warning{fmt::format("ended early after step {}: no better {} than that of step "
                                      "{} in {} evaluations (training.patience)",
                                      steps_done(), evaluator_.score_name(), best_.state().step,
                                      best_.state().evaluations_since)});
  }
  if (!Evaluated()) Evaluate();
  if (deps_.ranks != nullptr) deps_.ranks->Barrier();
  if (leads()) Export();
}

void FinePruner::Export() {
  std::vector<contract::MaskMatrix> masks = MasksOf(optimizer_.matrices());
  if (best_.keeps_weights() && best_.state().step != steps_done()) {
    RestoreWeights(best_.state().tensors, inputs_.loaded.model.parameters(), masks);
    score_ = best_.state().score;
  }
  WriteResult(spec_, inputs_, masks, optimizer_.target_density(), score_,
              [this](auto body) { Emit(std::move(body)); });
}

bool FinePruner::Every(uint32_t interval) const {
  return interval != 0 && steps_done() % interval == 0;
}

}  // namespace sparsweep::core
