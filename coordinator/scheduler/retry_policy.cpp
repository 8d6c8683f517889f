#include "coordinator/scheduler/retry_policy.h"

#include <algorithm>

namespace sparsweep::coordinator {
namespace {

using contract::FailureClass;

constexpr std::chrono::seconds kMaxBackoff{60};

std::chrono::nanoseconds Backoff(uint32_t restarts) {
  return std::min<std::chrono::nanoseconds>(
      std::chrono::seconds(int64_t{1} << std::min(restarts, 6u)), kMaxBackoff);
}

}  // namespace

RetryDecision DecideRetry(FailureClass failure, const store::Trial& trial, uint32_t max_restarts) {
  const bool restarts_left = trial.restarts < max_restarts;
  switch (failure) {
    case FailureClass::kUser:
      return {false, true, {}};
    case FailureClass::kOutOfMemory: {
      const bool again =
          trial.failure && trial.failure->failure_class == contract::FailureClassName(failure);
      return {restarts_left && !again, true, {}};
    }
    case FailureClass::kStopped:
      return {true, false, {}};
    case FailureClass::kLostWorker:
      return {trial.attempt_number - trial.restarts < kMaxLosses, false, {}};
    case FailureClass::kDevice:
    case FailureClass::kLostCollective:
    case FailureClass::kNumeric:
    case FailureClass::kDisk:
    case FailureClass::kInternal:
      break;
  }
  return {restarts_left, true, Backoff(trial.restarts)};
}

}  // namespace sparsweep::coordinator
