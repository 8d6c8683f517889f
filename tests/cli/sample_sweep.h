// A sweep in the middle of its work, for tests of what is drawn.
#pragma once

#include "cli/progress.h"

namespace sparsweep::cli {

// Trial "t-00000N" of "quickstart" with 300 steps, pending.
[[nodiscard]] v1::Trial SampleTrial(int number, const std::string& method);
// Running, at `step`, with speed, ETA and density.
[[nodiscard]] v1::Trial RunningTrial(int number, const std::string& method, int64_t step);
[[nodiscard]] v1::Trial SucceededTrial(int number, const std::string& method, double density,
                                       double score);
[[nodiscard]] v1::Trial FailedTrial(int number, const std::string& method,
                                    const std::string& message);

// Eight trials: three succeeded, one failed, two running, two pending; counts and front to match.
[[nodiscard]] Progress SampleProgress();
// Counts and front from the trials.
void Settle(Progress* progress);

}  // namespace sparsweep::cli
