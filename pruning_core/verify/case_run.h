// The run itself: forward passes, losses and steps in the order of tests/golden/README.md, each
// number compared as soon as it is there. What is compared by whom: schedule_checks, mask_checks,
// parameter_checks, logit_checks; the losses here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/verify/comparison.h"
#include "pruning_core/verify/golden_case.h"
#include "pruning_core/verify/mask_checks.h"
#include "pruning_core/verify/parameter_checks.h"
#include "pruning_core/verify/schedule_checks.h"

namespace sparsweep::core {

// Borrows the case, owns the rest; stays where it is. Use: construct (throws UserError for what the
// folder lacks), Run() once, then look at comparison().
class CaseRun {
 public:
  // Computes on `device`.
  CaseRun(GoldenCase& golden, at::Device device);
  CaseRun(const CaseRun&) = delete;
  CaseRun& operator=(const CaseRun&) = delete;

  // Throws NumericError for what is not finite, UserError for a stored result of a wrong shape.
  void Run();
  [[nodiscard]] const Comparison& comparison() const { return comparison_; }

 private:
  void Forward(int64_t forward);
  [[nodiscard]] Batch MicroBatch(int64_t forward) const;  // where the models are
  // The task's and, with a teacher, the distillation's part of the loss.
  at::Tensor Loss(int64_t forward, const Batch& batch, const at::Tensor& logits);
  void CompareTotal(int64_t forward, double loss);
  void FinishStep(int64_t first_forward, int64_t last_forward);
  // Forward passes after the last step: their gradients are lost, their losses are stored.
  void Trail(int64_t first_forward);
  [[nodiscard]] double Regularizer() const;  // R of the coming forward pass

  GoldenCase& golden_;
  const CaseFile& file_;
  BertModel student_;
  std::optional<BertModel> teacher_;
  PruningOptimizer optimizer_;
  std::unique_ptr<PruningMethod> method_;  // beside the optimizer's, in step with it: for its gates
  at::Tensor memory_;                      // the method's before the last step; may be undefined
  Comparison comparison_;
  ScheduleChecks schedule_;
  MaskChecks masks_;
  ParameterChecks parameters_;
};

}  // namespace sparsweep::core
