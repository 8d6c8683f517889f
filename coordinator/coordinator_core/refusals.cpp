#include "coordinator/coordinator_core/refusals.h"

#include <fmt/format.h>

#include "base/status.h"
#include "contract/trial_spec.h"

namespace sparsweep::coordinator {
namespace {

absl::Status Refusal(absl::StatusCode code, const char* reason, const std::string& message,
                     std::map<std::string, std::string> metadata = {}) {
  return base::WithReason(absl::Status(code, message), {reason, std::move(metadata)});
}

}  // namespace

absl::Status SweepNotFound(const std::string& name) {
  return Refusal(absl::StatusCode::kNotFound, "SWEEP_NOT_FOUND",
                 fmt::format("no sweep '{}'; `sparsweep list` shows those there are", name),
                 {{"sweep", name}});
}

absl::Status TrialNotFound(int64_t trial_id) {
  const std::string name = contract::TrialName(trial_id);
  return Refusal(absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND", fmt::format("no trial {}", name),
                 {{"trial", name}});
}

absl::Status StaleAttempt(const AttemptKey& key) {
  const std::string name = contract::TrialName(key.trial_id);
  return Refusal(absl::StatusCode::kFailedPrecondition, "STALE_ATTEMPT",
                 fmt::format("attempt {} of {} has ended; stop it", key.attempt_number, name),
                 {{"trial", name}, {"attempt_number", fmt::to_string(key.attempt_number)}});
}

absl::Status EventGap(uint64_t acknowledged, uint64_t received) {
  return Refusal(absl::StatusCode::kFailedPrecondition, "EVENT_GAP",
                 fmt::format("event {} follows {}; send again from {}", received, acknowledged,
                             acknowledged + 1),
                 {{"acknowledged_sequence", fmt::to_string(acknowledged)}});
}

absl::Status SweepNameTaken(const std::string& name) {
  return Refusal(absl::StatusCode::kAlreadyExists, "SWEEP_NAME_TAKEN",
                 fmt::format("sweep '{}' exists with other content; give this one another name, or "
                             "undo the changes to go on with it",
                             name),
                 {{"sweep", name}, {"field", "name"}, {"value", name}});
}

absl::Status SweepEnded(const std::string& name, const std::string& state) {
  return Refusal(absl::StatusCode::kFailedPrecondition, "SWEEP_ENDED",
                 fmt::format("sweep '{}' has {} already; nothing is left to cancel", name, state),
                 {{"sweep", name}, {"state", state}});
}

absl::Status RequestIdReused(const std::string& request_id) {
  return Refusal(
      absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED",
      fmt::format("request_id {} belongs to another request; take a new one", request_id),
      {{"field", "request_id"}, {"value", request_id}});
}

absl::Status StaleSync(const std::string& worker) {
  return Refusal(absl::StatusCode::kAborted, "STALE_SYNC",
                 fmt::format("worker '{}' has sent a newer Sync", worker), {{"worker", worker}});
}

absl::Status WorkerReplaced(const std::string& worker) {
  return Refusal(absl::StatusCode::kAborted, "WORKER_REPLACED",
                 fmt::format("another process is worker '{}' now; end this one or give it another "
                             "name",
                             worker),
                 {{"worker", worker}});
}

absl::Status StoreUnavailable(const std::string& why) {
  return Refusal(absl::StatusCode::kResourceExhausted, "STORE_UNAVAILABLE",
                 fmt::format("the database cannot be written now ({}); try again", why));
}

absl::Status Overloaded() {
  return Refusal(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                 "more is waiting to be written than the disk takes; try again");
}

absl::Status ShuttingDown() {
  return Refusal(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                 "the coordinator is shutting down; try again");
}

}  // namespace sparsweep::coordinator
