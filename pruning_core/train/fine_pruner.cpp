#include "pruning_core/train/fine_pruner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/version.h"
#include "pruning_core/data/input_hash.h"
#include "pruning_core/distill/teacher.h"
#include "pruning_core/optim/evaluation_weights.h"
#include "pruning_core/train/best_weights.h"
#include "pruning_core/train/finite_state.h"
#include "pruning_core/train/mask_writer.h"
#include "pruning_core/train/progress_meter.h"
#include "pruning_core/train/rank_set_up.h"
#include "pruning_core/train/result_writer.h"
#include "pruning_core/train/resume_point.h"
#include "pruning_core/train/run_report.h"
#include "pruning_core/train/shared_teacher.h"
#include "pruning_core/train/stage_meter.h"

namespace sparsweep::core {
namespace {

// A learning curve of about this many points, whatever the run's length.
constexpr uint32_t kCurvePoints = 100;
// Evaluations that are over by then are not worth a report.
constexpr std::chrono::seconds kShortEvaluation{2};

contract::TrialSpec Checked(contract::TrialSpec spec) {
  RequireRunnable(spec);
  if (spec.input_hash.empty()) {
    spec.input_hash = InputHash(spec);
  } else {
    CheckInputHash(spec);
  }
  return spec;
}

}  // namespace

FinePruner::FinePruner(const contract::TrialSpec& spec, Deps deps)
    : spec_(Checked(spec)),
      deps_(std::move(deps)),
      inputs_(LoadRunInputs(spec_)),
      identity_(IdentityOf(spec_, inputs_)),
      order_(inputs_.data.train.Lengths(), spec_.training.batch, spec_.seed),
      hyper_(MakeHyperparameters(spec_.training, spec_.pruning, spec_.seed)),
      optimizer_(inputs_.loaded.model.parameters(), MakePruningMethod(spec_.pruning, spec_.seed),
                 hyper_),
      step_(spec_, inputs_, optimizer_, MakeExchange()),
      evaluator_(spec_, inputs_, deps_.ranks),
      best_(spec_, hyper_, evaluator_.larger_is_better()),
      checkpoints_(spec_.directory, uint64_t{spec_.training.checkpoint_budget_mib} << 20) {
  bool resumes = !spec_.resume_from.empty();
  if (deps_.ranks != nullptr) {
    RequireSameRun(*deps_.ranks, identity_);
    resumes = AnswerOfRankZero(*deps_.ranks, resumes);
  }
  if (resumes) Resume();
}

StepExchange* FinePruner::MakeExchange() {
  if (deps_.ranks == nullptr) return nullptr;
  return &exchange_.emplace(*deps_.ranks, inputs_.loaded.model.parameters(), deps_.stop_requested);
}

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

void FinePruner::Resume() {
  CheckpointState state;
  if (leads()) {
    ResumePoint point = FindResumePoint(spec_.resume_from, identity_);
    state = point.checkpoint.Load(optimizer_.State());
    set_up_warnings_ = std::move(point.warnings);
    if (state.world_size != spec_.world.size) {
      set_up_warnings_.push_back(
          fmt::format("{} was written by {} ranks, {} go on: the same batches, but sums in another "
                      "order, so not the same bits",
                      point.checkpoint.path(), state.world_size, spec_.world.size));
    }
  }
  if (deps_.ranks != nullptr) ShareCheckpoint(*deps_.ranks, optimizer_.State(), state);
  optimizer_.Restore(state.step);
  loss_sum_ = state.loss_sum;
  loss_count_ = state.loss_count;
  best_.state() = std::move(state.best);
}

void FinePruner::EmitStart() {
  Emit(contract::Started{.version = base::kVersion,
                         .device = spec_.device,
                         .threads = spec_.threads,
                         .numerics = spec_.pruning.numerics,
                         .prunable = inputs_.PrunableWeights(),
                         .total = inputs_.TotalWeights()});
  for (std::string& text : inputs_.Warnings(spec_)) set_up_warnings_.push_back(std::move(text));
  for (std::string& text : set_up_warnings_) Emit(contract::Warning{std::move(text)});
}

bool FinePruner::ReadTeacher() {
  if (!inputs_.teacher || AtEnd() || best_.PatienceOver()) return true;
  StageMeter meter(deps_.clock, "teacher", {});
  const TeacherDeps deps{
      .observer = {.progress =
                       [&](int64_t done, int64_t total) {
                         if (auto stage = meter.Done(done, total)) Emit(*std::move(stage));
                       },
                   .stop_requested = deps_.stop_requested},
      .warn = [&](std::string text) { Emit(contract::Warning{std::move(text)}); }};
  auto logits = deps_.ranks != nullptr ? ShareTeacherLogits(*deps_.ranks, spec_, *inputs_.teacher,
                                                            inputs_.data, inputs_.pad_id, deps)
                                       : ObtainTeacherLogits(spec_, *inputs_.teacher, inputs_.data,
                                                             inputs_.pad_id, deps);
  if (!logits) return false;
  step_.Distill(*std::move(logits));
  inputs_.teacher.reset();  // its weights are needed no more
  return true;
}

void FinePruner::TrainOneStep() {
  loss_sum_ += step_.Run(order_.At(static_cast<uint64_t>(steps_done())));
  ++loss_count_;
}

void FinePruner::ReportTraining() {
  Emit(contract::Metric{.name = "loss", .value = loss_sum_ / static_cast<double>(loss_count_)});
  loss_sum_ = 0;
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
  if (exchange_) exchange_->RequireSameMasks();
  if (!leads()) return;
  Emit(checkpoints_.Write({.step = steps_done(),
                           .identity = identity_,
                           .loss_sum = loss_sum_,
                           .loss_count = loss_count_,
                           .world_size = spec_.world.size,
                           .best = best_.state()},
                          optimizer_.State()));
}

FinePruner::Outcome FinePruner::Stop() {
  if (checkpoints_.newest() != steps_done()) Checkpoint();
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
