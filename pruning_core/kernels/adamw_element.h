// The reference's AdamW of one element: ε is added to the uncorrected √v, the bias corrections
// stand in the step size, decay comes after the update and acts on the updated parameter.
#pragma once

#include <cmath>

#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// The scalars of one array's update.
struct AdamWStep {
  float beta1, one_minus_beta1;
  float beta2, one_minus_beta2;
  float epsilon;
  float step_size;  // lr·√(1 − β2ᵗ)/(1 − β1ᵗ)
  float decay;      // lr·wd
  float clip;       // what the gradient is multiplied with first
};

// Parameter p and moments m, v updated in place from the gradient g.
SPARSWEEP_HOST_DEVICE inline void UpdateElement(const AdamWStep& s, float g, float& p, float& m,
                                                float& v) {
  const float gradient = g * s.clip;
  const float first = m * s.beta1 + gradient * s.one_minus_beta1;
  const float second = v * s.beta2 + gradient * gradient * s.one_minus_beta2;
  const float updated = p - s.step_size * (first / (std::sqrt(second) + s.epsilon));
  m = first;
  v = second;
  p = updated - s.decay * updated;
}

}  // namespace sparsweep::core
