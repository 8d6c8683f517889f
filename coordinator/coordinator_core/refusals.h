// The errors that clients act on, each with its reason in ErrorInfo.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "coordinator/state/lease_table.h"

namespace sparsweep::coordinator {

[[nodiscard]] absl::Status SweepNotFound(const std::string& name);
[[nodiscard]] absl::Status TrialNotFound(int64_t trial_id);
// FAILED_PRECONDITION/STALE_ATTEMPT: what the attempt says does not count any more.
[[nodiscard]] absl::Status StaleAttempt(const AttemptKey& key);
// FAILED_PRECONDITION/EVENT_GAP: send again from `acknowledged` + 1.
[[nodiscard]] absl::Status EventGap(uint64_t acknowledged, uint64_t received);
// ALREADY_EXISTS/SWEEP_NAME_TAKEN with both remedies.
[[nodiscard]] absl::Status SweepNameTaken(const std::string& name);
// FAILED_PRECONDITION/SWEEP_ENDED.
[[nodiscard]] absl::Status SweepEnded(const std::string& name, const std::string& state);
// INVALID_ARGUMENT/REQUEST_ID_REUSED: the id belongs to another request.
[[nodiscard]] absl::Status RequestIdReused(const std::string& request_id);
// ABORTED/STALE_SYNC: a newer Sync of this worker has arrived.
[[nodiscard]] absl::Status StaleSync(const std::string& worker);
// ABORTED/WORKER_REPLACED: another process took this worker's name.
[[nodiscard]] absl::Status WorkerReplaced(const std::string& worker);
// RESOURCE_EXHAUSTED/STORE_UNAVAILABLE: nothing can be written now; try again.
[[nodiscard]] absl::Status StoreUnavailable(const std::string& why);
// RESOURCE_EXHAUSTED/OVERLOADED: more waits to be written than the disk takes; try again.
[[nodiscard]] absl::Status Overloaded();
// UNAVAILABLE/SHUTTING_DOWN.
[[nodiscard]] absl::Status ShuttingDown();

}  // namespace sparsweep::coordinator
