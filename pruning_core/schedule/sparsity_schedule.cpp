#include "pruning_core/schedule/sparsity_schedule.h"

namespace sparsweep::core {

double SparsitySchedule::Threshold(int64_t step) const {
  const auto warmup = static_cast<double>(warmup_steps);
  const auto t = static_cast<double>(step);
  const auto total = static_cast<double>(total_steps);
  if (t <= initial_warmup * warmup) return initial;
  if (one_shot || t > total - final_warmup * warmup) return final;
  const double ramp_begin = initial_warmup * warmup;
  const double ramp_length = total - (final_warmup + initial_warmup) * warmup;
  const double c = 1.0 - (t - ramp_begin) / ramp_length;
  return final + (initial - final) * (c * c * c);
}

double SparsitySchedule::Lambda(int64_t step) const {
  if (final_lambda == 0.0) return 0.0;
  return final_lambda * Threshold(step) / final;
}

}  // namespace sparsweep::core
