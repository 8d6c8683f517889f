#include "worker/exit_classifier.h"

#include <signal.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace sparsweep::worker {
namespace {

using contract::FailureClass;
using contract::TrainerError;

TrainerError OfSignal(const TrainerEnd& end) {
  if (end.asked == StopRequest::kLeaseLost) {
    return MakeFailure(FailureClass::kLostWorker, "LEASE_EXPIRED",
                       "the worker lost its coordinator for longer than the lease");
  }
  if (end.asked == StopRequest::kStop) {
    return MakeFailure(FailureClass::kStopped, "STOPPED",
                       "killed because it did not stop in time; goes on from its last checkpoint");
  }
  if (end.status.signal == SIGKILL && end.oom_killed) {
    return MakeFailure(FailureClass::kOutOfMemory, "OUT_OF_MEMORY_KILLER",
                       "killed by the kernel: out of memory; reduce training.batch or "
                       "resources.max_concurrent_trials");
  }
  if (end.status.signal == SIGKILL) {
    return MakeFailure(FailureClass::kInternal, "KILLED", "killed by someone else (signal 9)");
  }
  return MakeFailure(FailureClass::kInternal, "CRASHED",
                     absl::StrCat("crashed with signal ", end.status.signal, " (",
                                  strsignal(end.status.signal), "); see stderr.log in its folder"));
}

}  // namespace

TrainerError MakeFailure(FailureClass failure_class, std::string reason, std::string message) {
  TrainerError error;
  error.failure_class = failure_class;
  error.reason = std::move(reason);
  error.message = std::move(message);
  return error;
}

std::optional<TrainerError> ClassifyExit(const TrainerEnd& end) {
  if (end.asked == StopRequest::kBadEvents) {
    return MakeFailure(FailureClass::kInternal, "BAD_EVENTS",
                       "events.jsonl in its folder breaks the contract; see the worker's log");
  }
  if (end.status.signal != 0) return OfSignal(end);
  if (end.status.exit_code == 0) {
    if (end.finished) return std::nullopt;
    return MakeFailure(FailureClass::kInternal, "NOT_FINISHED",
                       "the trainer exited with 0 but wrote no `finished` event");
  }
  const auto failure_class = contract::FailureClassOfExitCode(end.status.exit_code);
  if (!failure_class.has_value()) {
    return MakeFailure(FailureClass::kInternal, "UNKNOWN_EXIT_CODE",
                       absl::StrCat("the trainer exited with ", end.status.exit_code,
                                    "; see stderr.log in its folder"));
  }
  if (end.error.has_value() && end.error->failure_class == *failure_class) return end.error;
  if (*failure_class == FailureClass::kStopped) {
    return MakeFailure(FailureClass::kStopped, "STOPPED", "stopped as asked, with a checkpoint");
  }
  return MakeFailure(*failure_class, "NO_ERROR_FILE",
                     absl::StrCat("the trainer exited with ", end.status.exit_code,
                                  " and left no error.json; see stderr.log in its folder"));
}

}  // namespace sparsweep::worker
