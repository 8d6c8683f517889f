// Rules of a trial that need neither the model nor the data: the coordinator applies them to every
// point of a sweep before it accepts it, the trainer again before it starts.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "contract/trial_spec.h"

namespace sparsweep::contract {

// Whether a method ranks weights (magnitude, movement: `density`) or compares scores with a
// threshold under a penalty (soft_movement: `lambda`).
[[nodiscard]] bool IsRankBased(std::string_view method);
[[nodiscard]] bool IsPenalized(std::string_view method);
[[nodiscard]] const std::vector<std::string_view>& Methods();

// INVALID_ARGUMENT with a one-line message "FIELD: what is wrong with VALUE; remedy":
//  - another schema; numbers out of range; a missing path or column;
//  - unknown method, pooling, layout, numerics, selection (with the nearest known word);
//  - λ with a rank-based method, density with a penalized one, either missing; density outside
//    (0, 1]; λ <= 0;
//  - steps <= (initial_warmup + final_warmup) · warmup_steps, and a run no longer than its warm-up;
//  - soft movement whose scores cannot reach the threshold: starting at 0, a score moves at most
//    about the sum of the learning rates (score_learning_rate · T/2 under the linear schedule) and
//    must pass ln(tau/(1-tau)).
[[nodiscard]] absl::Status Validate(const TrialSpec& spec);

}  // namespace sparsweep::contract
