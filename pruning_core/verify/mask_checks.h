// The masks of a stored run against ours: of each forward pass and of the evaluation; and, where a
// method draws, its noise and the weights it leads to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/verify/comparison.h"
#include "pruning_core/verify/golden_case.h"

namespace sparsweep::core {

// Borrows all four. Each throws UserError for a stored tensor of a wrong shape.
class MaskChecks {
 public:
  // `method` stands at the draw of the coming forward pass.
  MaskChecks(GoldenCase& golden, const PruningOptimizer& optimizer, const PruningMethod& method,
             Comparison& comparison)
      : golden_(golden), optimizer_(optimizer), method_(method), comparison_(comparison) {}

  // Before the forward pass.
  void Forward(int64_t forward);
  void Evaluation();

 private:
  struct Quantities {
    Quantity bits, count;
  };
  // `group`: "mask/3/"; `counts`: of all matrices, or empty.
  void Compare(const Quantities& quantities, const std::string& group, const Place& place,
               size_t matrix, const std::vector<uint8_t>& ours, const std::vector<int64_t>& counts);
  // The weights of a matrix that the model sees in the coming forward pass: 0 or 1 each.
  [[nodiscard]] std::vector<uint8_t> TrainingMask(const PrunedMatrix& matrix) const;
  void CompareNoise(int64_t forward);

  GoldenCase& golden_;
  const PruningOptimizer& optimizer_;
  const PruningMethod& method_;
  Comparison& comparison_;
};

}  // namespace sparsweep::core
