// The first gradients and the parameters after each step of a stored run against ours.
#pragma once

#include <map>
#include <set>
#include <string>

#include "ATen/core/Tensor.h"
#include "pruning_core/models/bert_model.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/verify/comparison.h"
#include "pruning_core/verify/golden_case.h"

namespace sparsweep::core {

// Borrows all four. Each throws UserError for a stored tensor of a wrong shape.
class ParameterChecks {
 public:
  ParameterChecks(GoldenCase& golden, const BertModel& student, const PruningOptimizer& optimizer,
                  Comparison& comparison);

  // Before the first step. `loss_share`: as for PruningOptimizer::Step.
  void FirstGradients(double loss_share);
  // After a step.
  void Parameters();

 private:
  void CompareGradient(const std::string& name, const at::Tensor& gradient);

  GoldenCase& golden_;
  const BertModel& student_;
  const PruningOptimizer& optimizer_;
  Comparison& comparison_;
  std::set<std::string> noise_only_;
  std::map<std::string, at::Tensor> parameters_;  // by stored name: W, S and all others
};

}  // namespace sparsweep::core
