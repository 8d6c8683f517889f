#include "pruning_core/schedule/learning_rate.h"

#include <algorithm>

namespace sparsweep::core {

double LearningRateFactor(int64_t step, int64_t warmup_steps, int64_t total_steps) {
  const auto s = static_cast<double>(step);
  if (step < warmup_steps) return s / static_cast<double>(warmup_steps);
  const int64_t decay_steps = std::max<int64_t>(1, total_steps - warmup_steps);
  return std::max(0.0, static_cast<double>(total_steps - step) / static_cast<double>(decay_steps));
}

}  // namespace sparsweep::core
