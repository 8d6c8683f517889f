// The optimizer of a stored run.
#pragma once

#include <memory>

#include "pruning_core/models/parameter.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/verify/golden_case.h"

namespace sparsweep::core {

// Throws UserError for a method that this trainer does not have.
[[nodiscard]] std::unique_ptr<PruningMethod> MakeCaseMethod(const CaseFile& file);

// With the stored scores. Throws UserError when they are missing or case.json names other matrices
// than the model has.
[[nodiscard]] PruningOptimizer MakeCaseOptimizer(GoldenCase& golden,
                                                 const ParameterList& parameters);

// What the method remembers, copied; undefined when that is nothing.
[[nodiscard]] at::Tensor MethodMemory(const PruningOptimizer& optimizer);

// Goes on from `done`, which has made all its steps, with the masks and weights of training instead
// of those of evaluation: for forward passes after the last step. `memory`: the method's before
// that step. Shares the parameters.
[[nodiscard]] PruningOptimizer MakeTrailingOptimizer(const CaseFile& file,
                                                     const PruningOptimizer& done,
                                                     const at::Tensor& memory,
                                                     const ParameterList& parameters);

}  // namespace sparsweep::core
