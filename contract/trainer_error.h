// How an attempt failed: the trainer's exit code and its error.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace sparsweep::contract {

// Decides what the coordinator does next (coordinator/scheduler/retry_policy).
enum class FailureClass {
  kUser,            // spec, data or model: no retry
  kOutOfMemory,     // once more, then fail
  kDevice,          // device fault
  kLostCollective,  // another rank went away
  kNumeric,         // NaN or Inf
  kDisk,            // cannot write
  kStopped,         // stopped as asked, with a checkpoint
  kInternal,        // our bug, or an unexplained death
  kLostWorker,      // never from a trainer: the lease ran out, or the worker came back without the
                    // attempt
};

// "user", "out_of_memory", "device", "lost_collective", "numeric", "disk", "stopped", "internal",
// "lost_worker".
[[nodiscard]] std::string_view FailureClassName(FailureClass failure_class);
[[nodiscard]] std::optional<FailureClass> ParseFailureClass(std::string_view name);

// Exit codes of the trainer: 0 finished, 2 user, 3 out of memory, 4 device, 5 lost collective, 6
// numeric, 7 disk, 8 stopped as asked, 70 internal.
[[nodiscard]] int ExitCode(FailureClass failure_class);
// nullopt for 0 and for codes the trainer never uses.
[[nodiscard]] std::optional<FailureClass> FailureClassOfExitCode(int exit_code);

struct TrainerError {
  FailureClass failure_class = FailureClass::kInternal;
  std::string reason;  // UPPER_SNAKE_CASE, e.g. MODEL_NOT_FOUND
  std::string field;   // field of the spec or file, may be empty
  std::string value;
  std::string message;  // one line: what is wrong and the remedy
  int64_t step = -1;    // -1 = before the first step
  std::string matrix;   // where a numeric error was seen, may be empty
};

// error.json. At most 64 KiB; INVALID_ARGUMENT when it is not such an object.
[[nodiscard]] absl::StatusOr<TrainerError> ParseTrainerError(std::string_view json);
[[nodiscard]] std::string ToJson(const TrainerError& error);

}  // namespace sparsweep::contract
