// The model computes with its evaluation weights while this lives.
#pragma once

#include <exception>

#include "pruning_core/optim/pruning_optimizer.h"

namespace sparsweep::core {

// For evaluation in the middle of a run. Does nothing for methods that train with the weights they
// are evaluated with, and after the last step, when the model has its evaluation weights anyway.
// Borrows the optimizer; no backward pass and no Step() in between. Costs a pass over the weights
// at either end for l0.
class EvaluationWeights {
 public:
  explicit EvaluationWeights(PruningOptimizer& optimizer) : optimizer_(optimizer) {
    optimizer_.Use(WeightsFor::kEvaluation);
  }
  ~EvaluationWeights() {
    try {
      optimizer_.Use(WeightsFor::kTraining);
    } catch (const std::exception&) {
      // The device is lost: so is the run, as the step or the exception under way says.
    }
  }
  EvaluationWeights(const EvaluationWeights&) = delete;
  EvaluationWeights& operator=(const EvaluationWeights&) = delete;

 private:
  PruningOptimizer& optimizer_;
};

}  // namespace sparsweep::core
