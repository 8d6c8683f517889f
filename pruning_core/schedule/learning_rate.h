// Linear warm-up and decay of every learning rate.
#pragma once

#include <cstdint>

namespace sparsweep::core {

// The factor of optimizer step `step` (from 0): step/warmup below warmup, then (total -
// step)/(total - warmup), never below 0. The first factor is 0 only where there are warm-up steps.
[[nodiscard]] double LearningRateFactor(int64_t step, int64_t warmup_steps, int64_t total_steps);

}  // namespace sparsweep::core
