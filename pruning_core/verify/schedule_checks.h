// What the schedule of a stored run gave against ours, and what a step reports.
#pragma once

#include <cstdint>

#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/verify/case_file.h"
#include "pruning_core/verify/comparison.h"

namespace sparsweep::core {

// Borrows all three.
class ScheduleChecks {
 public:
  ScheduleChecks(const CaseFile& file, const PruningOptimizer& optimizer, Comparison& comparison)
      : file_(file), optimizer_(optimizer), comparison_(comparison) {}

  // v, λ and the threshold that the masks see, before the forward pass.
  void Forward(int64_t forward);
  // `report`: of the step numbered `step`, which `last_forward` closed.
  void Step(int64_t step, int64_t last_forward, const StepReport& report);
  // The threshold of the evaluation.
  void Evaluation();

 private:
  void CompareThresholdUsed(Quantity quantity, const Place& place, double stored);

  const CaseFile& file_;
  const PruningOptimizer& optimizer_;
  Comparison& comparison_;
};

}  // namespace sparsweep::core
