// FinePruner's set-up: what happens before the first step.
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <utility>

#include "base/version.h"
#include "pruning_core/data/input_hash.h"
#include "pruning_core/distill/teacher.h"
#include "pruning_core/models/precision.h"
#include "pruning_core/train/fine_pruner.h"
#include "pruning_core/train/host_tensors.h"
#include "pruning_core/train/rank_set_up.h"
#include "pruning_core/train/resume_point.h"
#include "pruning_core/train/shared_teacher.h"
#include "pruning_core/train/stage_meter.h"

namespace sparsweep::core {
namespace {

contract::TrialSpec Checked(contract::TrialSpec spec) {
  RequireRunnable(spec);
  if (spec.input_hash.empty()) {
    spec.input_hash = InputHash(spec);
  } else {
    CheckInputHash(spec);
  }
  return spec;
}

// The model on the device that the run is for; a teacher, too.
const ParameterList& Placed(const contract::TrialSpec& spec, RunInputs& inputs) {
  const at::Device device(spec.device);
  inputs.loaded.model.MoveTo(device);
  inputs.loaded.model.ComputeIn(ResolvePrecision(spec.training.precision, device));
  if (inputs.teacher) inputs.teacher->MoveTo(device);
  return inputs.loaded.model.parameters();
}

}  // namespace

FinePruner::FinePruner(const contract::TrialSpec& spec, Deps deps)
    : spec_(Checked(spec)),
      deps_(std::move(deps)),
      inputs_(LoadRunInputs(spec_)),
      identity_(IdentityOf(spec_, inputs_)),
      order_(inputs_.data.train.Lengths(), spec_.training.batch, spec_.seed),
      hyper_(MakeHyperparameters(spec_.training, spec_.pruning, spec_.seed)),
      optimizer_(Placed(spec_, inputs_), MakePruningMethod(spec_.pruning, spec_.seed), hyper_),
      step_(spec_, inputs_, optimizer_, MakeExchange()),
      evaluator_(spec_, inputs_, deps_.ranks),
      best_(spec_, hyper_, evaluator_.larger_is_better()),
      checkpoints_(spec_.directory, uint64_t{spec_.training.checkpoint_budget_mib} << 20) {
  loss_sum_ = at::zeros({}, at::kDouble);
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

void FinePruner::Resume() {
  CheckpointState state;
  if (leads()) {
    ResumePoint point = FindResumePoint(spec_.resume_from, identity_);
    const std::vector<NamedTensor> tensors = optimizer_.State();
    const std::vector<NamedTensor> on_host = OnHost(tensors);
    state = point.checkpoint.Load(on_host);
    CopyBack(on_host, tensors);
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
  loss_sum_.fill_(state.loss_sum);
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

}  // namespace sparsweep::core
