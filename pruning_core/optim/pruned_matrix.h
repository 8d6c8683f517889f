// A prunable matrix and what training keeps about it.
#pragma once

#include <string>

#include "ATen/core/Tensor.h"
#include "pruning_core/mask/bit_mask.h"

namespace sparsweep::core {

// The model's parameter of the same name holds W' = M ⊙ W and is the autograd leaf.
struct PrunedMatrix {
  std::string name;    // "encoder.layer.0.attention.self.query.weight"
  at::Tensor working;  // W' [out, in], the model's
  at::Tensor weight;   // W; the same tensor as `working` when the method drops nothing
  at::Tensor score;    // S; undefined without scores
  BitMask mask;        // of the coming step
};

}  // namespace sparsweep::core
