// What the coordinator's refusal of a report means for the attempt.
#pragma once

#include "absl/status/status.h"

namespace sparsweep::worker {

enum class Refusal {
  kRetry,    // unavailable, shedding load, too slow: the same again later
  kStale,    // the attempt is not ours any more: stop it and say nothing
  kInvalid,  // the report itself is wrong: the same again would be refused again
};

// `status` is not OK. FAILED_PRECONDITION with the reason STALE_ATTEMPT and NOT_FOUND are stale;
// any other FAILED_PRECONDITION, INVALID_ARGUMENT, OUT_OF_RANGE and DATA_LOSS are invalid; anything
// else is worth another try.
[[nodiscard]] Refusal ClassifyRefusal(const absl::Status& status);

}  // namespace sparsweep::worker
