// How density (or the soft threshold) and λ develop over a run: the reference's schedule (movement
// pruning, section 4.1 of arXiv 2005.07683). Pure functions of the step.
#pragma once

#include <cstdint>

namespace sparsweep::core {

struct SparsitySchedule {
  double initial = 1.0;         // v before the ramp: 1 for rank-based methods, 0 for soft movement
  double final = 1.0;           // v after it: the density, or τ
  double final_lambda = 0.0;    // λ after the ramp; needs final > 0
  int64_t total_steps = 0;      // T
  int64_t warmup_steps = 0;     // w
  double initial_warmup = 1.0;  // i: v = initial while t <= i·w
  double final_warmup = 1.0;    // f: v = final from t > T - f·w
  bool one_shot = false;        // no ramp: v = final at once where the ramp would begin

  // v(t) = final + (initial - final)·c³, c = 1 - (t - i·w)/(T - (i + f)·w) on the ramp.
  [[nodiscard]] double Threshold(int64_t step) const;
  // λ(t) = final_lambda · v(t)/final.
  [[nodiscard]] double Lambda(int64_t step) const;
};

}  // namespace sparsweep::core
