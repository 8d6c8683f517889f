// PruningOptimizer's step where the parameters are on a device that has passes of its own.
#include <algorithm>
#include <utility>

#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/schedule/learning_rate.h"

namespace sparsweep::core {

void PruningOptimizer::TakeDevice(const DevicePassesMaker& make) {
  device_ = std::make_unique<DeviceSide>();
  device_->passes = make({matrices_, weights_, scores_, others_});
}

StepReport PruningOptimizer::QueueOnDevice(double loss_share) {
  Settle();
  const double factor = LearningRateFactor(steps_done_, hyper_.warmup_steps, hyper_.total_steps);
  const auto scalars = [&](const std::vector<TrainedArray>& arrays) {
    std::vector<AdamWStep> all;
    for (const TrainedArray& array : arrays) {
      all.push_back(array.Scalars(hyper_.adam, steps_done_ + 1, factor, 1.0));
    }
    return all;
  };
  const StepReport report = Scheduled(factor);
  const Moment moment{schedule_step(), threshold(), done(), cuts()};
  DeviceStep step{.rule = *method_->Rule(moment),
                  .draw = static_cast<uint64_t>(moment.step),
                  .max_norm = hyper_.max_grad_norm,
                  .weights = scalars(weights_),
                  .scores = scalars(scores_),
                  .others = scalars(others_),
                  .penalty_weights = {}};
  for (const PrunedMatrix& matrix : matrices_) {
    step.penalty_weights.push_back(step.rule.penalty_shift ? PenaltyWeight(matrix, loss_share)
                                                           : 0.0F);
  }
  device_->passes->Update(step);
  ++steps_done_;
  Select();
  device_->advances = true;
  return report;
}

void PruningOptimizer::SelectOnDevice() {
  DevicePasses& passes = *device_->passes;
  const Moment moment{schedule_step(), threshold(), done(), cuts()};
  const DeviceRule rule = *method_->Rule(moment);
  // What control had reached counts once; later the cut alone decides.
  if (!moment.cut || controller_->before_cut() == 0.0) passes.Select(rule, moment.threshold);
  if (moment.cut) {
    if (controller_->before_cut() == 0.0) {
      passes.Report();
      device_->unsettled = true;
      controller_->RecordCut(density().mask_density);
    }
    passes.Select({.form = rule.form, .keeps = Keeps::kRankedOverall, .penalty_shift = {}},
                  controller_->target());
  }
  device_->stale = true;
  FillOnDevice(moment.last ? WeightsFor::kEvaluation : WeightsFor::kTraining);
  passes.Report();
  device_->unsettled = true;
}

void PruningOptimizer::FillOnDevice(WeightsFor use) {
  if (!method_->evaluates_apart()) return;  // W' = M ⊙ W came with the masks
  const Moment moment{schedule_step(), threshold(), done(), cuts()};
  const DeviceRule rule = *method_->Rule(moment);
  const bool apart = use == WeightsFor::kEvaluation && !moment.cut;
  device_->passes->FillGates(apart ? GradientForm::kEvaluatedGates : rule.form, rule.seed,
                             static_cast<uint64_t>(moment.step));
}

void PruningOptimizer::Settle() const {
  if (!device_ || !device_->unsettled) return;
  device_->unsettled = false;
  device_->found = device_->passes->Find();
  const DeviceFindings& found = device_->found;
  const size_t count = matrices_.size();
  const auto refuse = [&](size_t array, const char* what) {
    const std::string& name = array < count ? matrices_[array].name : others_[array - count].name;
    throw NumericError(
        std::max<int64_t>(steps_done_ - 1, 0), name,
        name + ": " + what +
            " is not finite; lower the learning rates, or check the model's weights");
  };
  if (found.bad_value) refuse(*found.bad_value, "a weight or score");
  if (found.bad_gradient) refuse(*found.bad_gradient, "the gradient");
  if (found.bad_selection) refuse(*found.bad_selection, "a score or weight");
  if (std::exchange(device_->advances, false) && controller_ && !cuts()) {
    controller_->Advance(schedule_step(), density().mask_density);
  }
}

const std::vector<PrunedMatrix>& PruningOptimizer::matrices() const {
  if (device_ && device_->stale) {
    Settle();
    for (size_t m = 0; m < matrices_.size(); ++m) matrices_[m].mask = device_->passes->ReadMask(m);
    device_->stale = false;
  }
  return matrices_;
}

}  // namespace sparsweep::core
