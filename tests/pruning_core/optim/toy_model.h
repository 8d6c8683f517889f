// Two prunable matrices, a bias and a head with a loss whose gradients reach all of them: small
// enough to look at.
#pragma once

#include "ATen/core/Tensor.h"
#include "pruning_core/models/parameter.h"

namespace sparsweep::core::testing {

struct ToyModel {
  // Deterministic values, different everywhere. The frozen embedding takes no part in the loss.
  ToyModel();

  // Differs from step to step; fp32 scalar with autograd.
  [[nodiscard]] at::Tensor Loss(int64_t step) const;
  [[nodiscard]] const Parameter& Find(const std::string& name) const;

  ParameterList parameters;
};

}  // namespace sparsweep::core::testing
