// What the end of a trainer means: its exit code or signal, its error.json, and what the worker
// itself did to it. A pure function over a table.
#pragma once

#include <optional>
#include <string>

#include "contract/trainer_error.h"
#include "worker/subprocess.h"

namespace sparsweep::worker {

// What the worker last asked of the trainer.
enum class StopRequest {
  kNone,
  kStop,       // SIGTERM: checkpoint and exit 8; SIGKILL after the grace period
  kLeaseLost,  // SIGKILL: the lease ran out here
  kBadEvents,  // SIGKILL: events.jsonl broke its contract
};

struct TrainerEnd {
  ExitStatus status = {};
  std::optional<contract::TrainerError> error = {};  // error.json, if there is a readable one
  bool finished = false;                             // a `finished` event was read
  StopRequest asked = StopRequest::kNone;
  bool oom_killed = false;  // the kernel's out-of-memory killer struck meanwhile
};

// nullopt: finished and scored. A failure always has a class, a reason and a message.
//
//   asked       exit             class          reason
//   bad events  any              internal       BAD_EVENTS
//   –           0, finished      (success)
//   –           0, not finished  internal       NOT_FINISHED
//   –           a known code     the code's     error.json's if it is of that class, else
//   NO_ERROR_FILE –           any other code   internal       UNKNOWN_EXIT_CODE lease lost  a
//   signal         lost_worker    LEASE_EXPIRED stop        a signal         stopped        STOPPED
//   –           SIGKILL, OOM     out_of_memory  OUT_OF_MEMORY_KILLER
//   –           a signal         internal       KILLED (SIGKILL), CRASHED
[[nodiscard]] std::optional<contract::TrainerError> ClassifyExit(const TrainerEnd& end);

// A failure that the worker itself found.
[[nodiscard]] contract::TrainerError MakeFailure(contract::FailureClass failure_class,
                                                 std::string reason, std::string message);

}  // namespace sparsweep::worker
