// The run itself: forward passes, losses and steps in the order of tests/golden/README.md, each
// number compared as soon as it is there.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/verify/comparison.h"
#include "pruning_core/verify/golden_case.h"

namespace sparsweep::core {

// Borrows the case, owns the rest. Use: construct (throws UserError for what the folder lacks),
// Run() once, then look at comparison().
class CaseRun {
 public:
  explicit CaseRun(GoldenCase& golden);

  // Throws NumericError for what is not finite, UserError for a stored result of a wrong shape.
  void Run();
  [[nodiscard]] const Comparison& comparison() const { return comparison_; }

 private:
  void CollectParameters();
  void Forward(int64_t forward);
  // The task's and, with a teacher, the distillation's part of the loss.
  at::Tensor Loss(int64_t forward, const Batch& batch, const at::Tensor& logits);
  void CompareTotal(int64_t forward, double loss);
  void FinishStep(int64_t first_forward, int64_t last_forward);
  // Forward passes after the last step: their gradients are lost, their losses are stored.
  void Trail(int64_t first_forward);
  void Evaluate();

  void CompareSchedule(int64_t forward);
  void CompareMasks(int64_t forward);
  void CompareEvalMasks();
  [[nodiscard]] double Regularizer() const;  // R of the coming forward pass
  // Of the coming forward pass: weights that the model sees, one number a matrix.
  [[nodiscard]] std::vector<int64_t> MaskOnes() const;
  void CompareNoise(int64_t forward);
  void CompareGradients(double loss_share);
  void CompareGradient(const std::string& name, const at::Tensor& gradient);
  void CompareParameters();
  void CompareLogits(Quantity quantity, const std::string& group, const at::Tensor& logits,
                     double tolerance);
  void CompareMask(Quantity bits, Quantity count, const std::string& group, const Place& place,
                   size_t matrix, int64_t ours_ones, const std::vector<int64_t>& ones);
  void CompareThresholdUsed(Quantity quantity, const Place& place, double stored);

  GoldenCase& golden_;
  const CaseFile& file_;
  BertModel student_;
  std::optional<BertModel> teacher_;
  PruningOptimizer optimizer_;
  std::unique_ptr<PruningMethod> method_;  // beside the optimizer's, in step with it: for its gates
  at::Tensor memory_;                      // the method's before the last step; may be undefined
  std::set<std::string> noise_only_;
  std::map<std::string, at::Tensor> parameters_;  // by stored name: W, S and all others
  Comparison comparison_;
};

}  // namespace sparsweep::core
