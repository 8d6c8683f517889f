// Rules of a trial that need neither the model nor the data: the coordinator applies them to every
// point of a sweep before it accepts it, the trainer again before it starts.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "contract/trial_spec.h"

namespace sparsweep::contract {

// Whether a method ranks weights (magnitude, movement: `density`) or compares scores with a
// threshold under a penalty (soft_movement, l0: `lambda`). Each takes `target_density` too.
[[nodiscard]] bool IsRankBased(std::string_view method);
[[nodiscard]] bool IsPenalized(std::string_view method);
[[nodiscard]] const std::vector<std::string_view>& Methods();

// INVALID_ARGUMENT with a one-line message "FIELD: what is wrong with VALUE; remedy":
//  - another schema; numbers out of range; a missing path or column;
//  - unknown method, pooling, layout, numerics, selection, metric (with the nearest known word);
//  - a layout that does not fit the task's kind; a batch that accumulation does not divide;
//  - λ with a rank-based method, density with a penalized one, either missing; density outside
//    (0, 1]; λ <= 0;
//  - steps <= (initial_warmup + final_warmup) · warmup_steps, and a run no longer than its warm-up;
//  - penalized methods whose scores cannot reach the threshold: a score moves at most about the sum
//    of the learning rates (score_learning_rate · T/2 under the linear schedule) and must pass from
//    where it starts to ln(tau/(1-tau)), or to -2.3979 for l0.
[[nodiscard]] absl::Status Validate(const TrialSpec& spec);

}  // namespace sparsweep::contract
