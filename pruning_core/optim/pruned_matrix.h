// A prunable matrix and what training keeps about it.
#pragma once

#include <cstdint>
#include <string>

#include "ATen/core/Tensor.h"
#include "pruning_core/mask/bit_mask.h"

namespace sparsweep::core {

// The model's parameter of the same name holds W' (M ⊙ W for most methods) and is the autograd
// leaf.
struct PrunedMatrix {
  std::string name;    // "encoder.layer.0.attention.self.query.weight"
  int64_t index = 0;   // position among the prunable matrices
  at::Tensor working;  // W' [out, in], the model's
  at::Tensor weight;   // W; the same tensor as `working` when the method drops nothing
  at::Tensor score;    // S; undefined without scores
  BitMask mask;        // of the coming step; what evaluation and export keep
  // gW and gS summed over the backward passes since the last step; defined only for methods that
  // draw for each forward pass, and only after a backward pass.
  at::Tensor weight_gradient, score_gradient;
};

}  // namespace sparsweep::core
