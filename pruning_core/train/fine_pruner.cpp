#include "pruning_core/train/fine_pruner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/version.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/data/input_hash.h"
#include "pruning_core/eval/classification_score.h"
#include "pruning_core/export/model_export.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/models/task_loss.h"
#include "pruning_core/train/mask_writer.h"
#include "pruning_core/train/resume_point.h"
#include "pruning_core/train/run_identity.h"

namespace sparsweep::core {
namespace {

constexpr uint32_t kEvaluationBatch = 128;
// A learning curve of about this many points, whatever the run's length.
constexpr uint32_t kCurvePoints = 100;

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
      identity_(RunIdentity(spec_)),
      inputs_(LoadRunInputs(spec_)),
      order_(inputs_.data.train.Lengths(), spec_.training.batch, spec_.seed),
      optimizer_(inputs_.loaded.model.parameters(), MakePruningMethod(spec_.pruning),
                 MakeHyperparameters(spec_.training, spec_.pruning)),
      checkpoints_(spec_.directory, uint64_t{spec_.training.checkpoint_budget_mib} << 20) {
  if (!spec_.resume_from.empty()) Resume();
}

FinePruner::Outcome FinePruner::Run() {
  EmitStart();
  ProgressMeter meter(deps_.clock, spec_.training.steps);
  while (steps_done() < spec_.training.steps) {
    if (deps_.stop_requested()) {
      if (checkpoints_.newest() != steps_done()) Checkpoint();
      return Outcome::kStopped;
    }
    TrainOneStep();
    const bool last = steps_done() == spec_.training.steps;
    if (last || Every(std::max(1u, spec_.training.steps / kCurvePoints))) ReportTraining();
    if (const auto progress = meter.StepDone(steps_done(), spec_.training.batch)) Emit(*progress);
    if (!last && Every(spec_.training.evaluate_every)) Evaluate();
    if (last || Every(spec_.training.checkpoint_every)) Checkpoint();
  }
  Finish();
  return Outcome::kFinished;
}

void FinePruner::Resume() {
  ResumePoint point = FindResumePoint(spec_.resume_from, identity_);
  const CheckpointState state = point.checkpoint.Load(optimizer_.State());
  optimizer_.Restore(state.step);
  loss_sum_ = state.loss_sum;
  loss_count_ = state.loss_count;
  set_up_warnings_ = std::move(point.warnings);
}

void FinePruner::EmitStart() {
  Emit(contract::Started{.version = base::kVersion,
                         .device = spec_.device,
                         .threads = spec_.threads,
                         .numerics = spec_.pruning.numerics,
                         .prunable = inputs_.PrunableWeights(),
                         .total = inputs_.TotalWeights()});
  for (std::string& text : set_up_warnings_) Emit(contract::Warning{std::move(text)});
  for (const std::string& name : inputs_.loaded.initialized) {
    if (name.starts_with("classifier.")) continue;  // a task's head is expected to be new
    Emit(
        contract::Warning{fmt::format("{} is not in {}: drawn at random", name, spec_.model.path)});
  }
}

void FinePruner::TrainOneStep() {
  const auto rows = order_.At(static_cast<uint64_t>(steps_done()));
  const Batch batch = MakeBatch(inputs_.data.train, rows, inputs_.pad_id);
  const at::Tensor loss = CrossEntropy(inputs_.loaded.model.Logits(batch), batch.labels);
  const auto value = loss.item<double>();
  if (!std::isfinite(value)) {
    throw NumericError(
        steps_done(), "",
        fmt::format("the training loss of step {} is {}; lower training.learning_rate "
                    "or set training.max_grad_norm",
                    steps_done(), value));
  }
  loss.backward();
  optimizer_.Step();
  loss_sum_ += value;
  ++loss_count_;
}

void FinePruner::ReportTraining() {
  Emit(contract::Metric{.name = "loss", .value = loss_sum_ / static_cast<double>(loss_count_)});
  loss_sum_ = 0;
  loss_count_ = 0;
  Emit(CurrentDensity());
}

// On the dev examples, with the masks of the moment.
double FinePruner::Evaluate() {
  ClassificationScore score;
  for (const auto& rows : EvaluationBatches(inputs_.data.dev.Lengths(), kEvaluationBatch)) {
    const Batch batch = MakeBatch(inputs_.data.dev, rows, inputs_.pad_id);
    score.Add(inputs_.loaded.model.InferLogits(batch), batch.labels);
  }
  Emit(contract::Metric{.name = "accuracy", .value = score.accuracy()});
  return score.accuracy();
}

void FinePruner::Checkpoint() {
  Emit(checkpoints_.Write({.step = steps_done(),
                           .identity = identity_,
                           .loss_sum = loss_sum_,
                           .loss_count = loss_count_,
                           .best = {}},
                          optimizer_.State()));
}

// The masks after the last step are the final ones.
void FinePruner::Finish() {
  const double score = Evaluate();
  Emit(WriteMasks(spec_.directory, optimizer_.matrices()));
  const std::string exported = spec_.directory + "/model";
  ExportModel({.directory = exported,
               .source = spec_.model.path,
               .layers = static_cast<uint32_t>(inputs_.loaded.model.layers()),
               .pooling = spec_.model.pooling,
               .labels = inputs_.data.labels.names(),
               .max_length = spec_.task.max_length},
              inputs_.loaded.model.ParameterMap());
  Emit(contract::Exported{exported});
  Emit(CurrentDensity());
  Emit(contract::Finished{score});
}

contract::Density FinePruner::CurrentDensity() const {
  const DensityReport report = optimizer_.density();
  contract::Density density{.overall = report.mask_density,
                            .remaining_weights = report.remaining_weights,
                            .matrices = {}};
  for (const PrunedMatrix& matrix : optimizer_.matrices()) {
    density.matrices[matrix.name] = matrix.mask.Ones();
  }
  return density;
}

bool FinePruner::Every(uint32_t interval) const {
  return interval != 0 && steps_done() % interval == 0;
}

}  // namespace sparsweep::core
