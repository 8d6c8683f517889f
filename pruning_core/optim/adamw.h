// The reference's AdamW on contiguous fp32 arrays; the formula stands in kernels/adamw_element.h.
#pragma once

#include <cstdint>

#include "pruning_core/kernels/adamw_element.h"

namespace sparsweep::core {

struct AdamWRule {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

// `step` = t, from 1.
[[nodiscard]] AdamWStep MakeAdamWStep(const AdamWRule& rule, int64_t step, double learning_rate,
                                      double weight_decay, double clip);

// p, m, v updated in place from the gradient g.
void UpdateAdamW(const AdamWStep& step, int64_t size, const float* g, float* p, float* m, float* v);

}  // namespace sparsweep::core
