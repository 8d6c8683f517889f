#include "pruning_core/optim/adamw.h"

#include <cmath>

#include "pruning_core/kernels/for_each_cpu.h"

namespace sparsweep::core {

AdamWStep MakeAdamWStep(const AdamWRule& rule, int64_t step, double learning_rate,
                        double weight_decay, double clip) {
  const auto t = static_cast<double>(step);
  const double correction1 = 1.0 - std::pow(rule.beta1, t);
  const double correction2 = 1.0 - std::pow(rule.beta2, t);
  AdamWStep out{};
  out.beta1 = static_cast<float>(rule.beta1);
  out.one_minus_beta1 = static_cast<float>(1.0 - rule.beta1);
  out.beta2 = static_cast<float>(rule.beta2);
  out.one_minus_beta2 = static_cast<float>(1.0 - rule.beta2);
  out.epsilon = static_cast<float>(rule.epsilon);
  out.step_size = static_cast<float>(learning_rate * std::sqrt(correction2) / correction1);
  out.decay = static_cast<float>(learning_rate * weight_decay);
  out.clip = static_cast<float>(clip);
  return out;
}

SPARSWEEP_FOR_EACH_CPU
void UpdateAdamW(const AdamWStep& step, int64_t size, const float* __restrict g,
                 float* __restrict p, float* __restrict m, float* __restrict v) {
  const AdamWStep s = step;
  for (int64_t i = 0; i < size; ++i) UpdateElement(s, g[i], p[i], m[i], v[i]);
}

}  // namespace sparsweep::core
