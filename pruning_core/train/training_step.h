// One optimizer step over one batch of examples.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ATen/core/Tensor.h"
#include "contract/trial_spec.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/distill/teacher_logits.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/run_inputs.h"
#include "pruning_core/train/step_exchange.h"

namespace sparsweep::core {

// Borrows all it is given. One thread.
class TrainingStep {
 public:
  // `exchange`: with the other ranks; nullptr when there are none.
  TrainingStep(const contract::TrialSpec& spec, const RunInputs& inputs,
               PruningOptimizer& optimizer, StepExchange* exchange = nullptr)
      : spec_(spec), inputs_(inputs), optimizer_(optimizer), exchange_(exchange) {}

  // Distills these from now on.
  void Distill(TeacherLogits teacher) { teacher_.emplace(std::move(teacher)); }

  // Forward and backward passes over the training examples `rows` in micro-batches of batch /
  // accumulation, weighted so that their sum is the mean over the rows, then the optimizer's step.
  // Of several ranks each takes its share of the rows. Returns that mean, without the methods'
  // penalty: an fp64 scalar where the model is; on a device nothing waits for it. Throws
  // NumericError with the step and the matrix that is not finite, or has the largest weight, on all
  // ranks; the optimizer's state is that of before. RankLost, RanksDiffer.
  at::Tensor Run(std::span<const uint32_t> rows);

 private:
  // Backward passes over this rank's part of `rows`; its part of the mean.
  at::Tensor Backward(std::span<const uint32_t> own, size_t of_all);
  [[nodiscard]] at::Tensor Loss(const Batch& batch) const;
  [[nodiscard]] at::Tensor TaskLoss(const at::Tensor& logits, const Batch& batch) const;
  // distillation_weight · distance + task_weight · task, or the task's loss without a teacher.
  [[nodiscard]] at::Tensor Weighted(const at::Tensor& logits, const Batch& batch) const;
  void RequireFinite(const at::Tensor& loss) const;

  const contract::TrialSpec& spec_;
  const RunInputs& inputs_;
  PruningOptimizer& optimizer_;
  StepExchange* exchange_;
  std::optional<TeacherLogits> teacher_;
};

}  // namespace sparsweep::core
