// What the update kernels read and write; plain structs in device memory. No CUDA.
#pragma once

#include <cstdint>
#include <limits>

#include "pruning_core/kernels/adamw_element.h"

namespace sparsweep::core {

// One array that AdamW updates, alone or as W of a prunable matrix with its scores. All pointers
// are device memory, fp32, contiguous; those that its form does not use are nullptr.
struct UpdatedArray {
  const float* upstream;  // G; nullptr: no gradient this step, the array is left alone
  float *value, *value_first, *value_second;
  float *score, *score_first, *score_second;
  const uint32_t* mask;  // bits as in BitMask; whole words are read
  int64_t size;
  int64_t matrix;                    // position among the prunable matrices: of its noise
  float penalty_weight;              // λ·share/(L·n)
  AdamWStep value_step, score_step;  // `clip` is not read: it stands in StepControl
};

// Of a whole launch.
struct UpdateSettings {
  uint64_t seed = 0;       // of L0's noise
  uint64_t draw = 0;       // the optimizer step
  bool penalized = false;  // scores have the penalty σ(S + penalty_shift), whatever it weighs
  float penalty_shift = 0.0F;
};

// What a block found about its piece of work.
struct WorkNorm {
  double squares;  // Σ gradient²
  double penalty;  // Σ penalty(S) / n
};

// What a step finds out, for the passes after it and for the host one step later.
struct StepControl {
  static constexpr int32_t kNone = std::numeric_limits<int32_t>::max();

  double squares = 0;      // Σ gradient² over all arrays, before clipping
  double regularizer = 0;  // Σ over matrices of mean penalty; R after division by L
  float clip = 1;
  // The first array whose gradient, or whose value or score, is not finite. Either ends the step:
  // nothing is updated.
  int32_t bad_gradient = kNone;
  int32_t bad_value = kNone;
};

}  // namespace sparsweep::core
