// Arrays of an optimizer step, and what the CPU's methods and loops make of them: what the update
// kernels are compared with.
#pragma once

#include <memory>
#include <vector>

#include "pruning_core/kernels/cuda/update_types.h"
#include "pruning_core/kernels/gradient_element.h"
#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

struct CaseArray {
  std::vector<float> upstream;  // empty: no gradient
  std::vector<float> value, value_first, value_second;
  std::vector<float> score, score_first, score_second;  // empty without scores
  BitMask mask;                                         // empty but for matrices
};

struct UpdateCase {
  GradientForm form = GradientForm::kDense;
  std::vector<CaseArray> arrays;
  size_t matrices = 0;  // the first arrays; the others are dense
  std::vector<int64_t> sizes;
  UpdateSettings settings;
  std::vector<float> penalty_weight;  // of each array
  AdamWStep value_step{}, score_step{};
  std::shared_ptr<PruningMethod> method;  // after its Select()
};

// Matrices of a few blocks and of less than one, a bias, and an array without gradient. Scores have
// a penalty, whose weight is 0 unless `penalized`.
[[nodiscard]] UpdateCase MakeUpdateCase(GradientForm form, bool penalized);

// The step as the CPU makes it: arrays are updated, unless something is not finite.
StepControl StepOnCpu(UpdateCase& test, double max_norm);

// W' of matrix m as the method says.
[[nodiscard]] std::vector<float> WorkingOnCpu(const UpdateCase& test, size_t m);

// An array as the kernels see it, all but the pointers, which the caller fills in.
[[nodiscard]] UpdatedArray WithoutPointers(const UpdateCase& test, size_t a);

}  // namespace sparsweep::core
