// From an exception to a class of failure.
#pragma once

#include <cstdint>

#include "contract/trainer_error.h"
#include "contract/trial_spec.h"

namespace sparsweep::trainer {

// Inside a catch block only: what the exception in flight means. UserError → user, NumericError →
// numeric, RankLost → lost_collective, RanksDiffer and a device that failed → device,
// std::system_error → disk, failed allocations (ATen's and a device's too) → out_of_memory,
// anything else → internal. `step` = optimizer steps done, -1 = before the first.
[[nodiscard]] contract::TrainerError CurrentFailure(int64_t step);

// Of a trial that trained with this batch: where memory ran out the failure names it, with what
// makes it need less. Others stay as they are.
[[nodiscard]] contract::TrainerError WithBatch(contract::TrainerError failure,
                                               const contract::TrainingSpec& training);

}  // namespace sparsweep::trainer
