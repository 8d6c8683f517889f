// The reference's AdamW on contiguous fp32 arrays: ε is added to the uncorrected √v, the bias
// corrections stand in the step size, decay comes after the update and acts on the updated
// parameter.
#pragma once

#include <cstdint>

namespace sparsweep::core {

struct AdamWRule {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

// The scalars of one parameter's update.
struct AdamWStep {
  float beta1, one_minus_beta1;
  float beta2, one_minus_beta2;
  float epsilon;
  float step_size;  // lr·√(1 − β2ᵗ)/(1 − β1ᵗ)
  float decay;      // lr·wd
  float clip;       // what the gradient is multiplied with first
};
// `step` = t, from 1.
[[nodiscard]] AdamWStep MakeAdamWStep(const AdamWRule& rule, int64_t step, double learning_rate,
                                      double weight_decay, double clip);

// p, m, v updated in place from the gradient g.
void UpdateAdamW(const AdamWStep& step, int64_t size, const float* g, float* p, float* m, float* v);

}  // namespace sparsweep::core
