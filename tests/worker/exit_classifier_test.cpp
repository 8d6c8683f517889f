#include "worker/exit_classifier.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <ostream>

namespace sparsweep::worker {
namespace {

using contract::FailureClass;
using contract::TrainerError;

TrainerError FileOf(FailureClass failure_class) {
  return MakeFailure(failure_class, "FROM_FILE", "from error.json");
}

struct Case {
  const char* name;
  TrainerEnd end;
  std::optional<FailureClass> failure_class;  // nullopt = success
  const char* reason = "";
};

void PrintTo(const Case& test_case, std::ostream* out) { *out << test_case.name; }

class ExitClassifier : public testing::TestWithParam<Case> {};

TEST_P(ExitClassifier, Table) {
  const std::optional<TrainerError> error = ClassifyExit(GetParam().end);
  ASSERT_EQ(error.has_value(), GetParam().failure_class.has_value());
  if (!error.has_value()) return;
  EXPECT_EQ(error->failure_class, *GetParam().failure_class);
  EXPECT_EQ(error->reason, GetParam().reason);
  EXPECT_FALSE(error->message.empty());
}

constexpr ExitStatus kKilled{.signal = SIGKILL};

INSTANTIATE_TEST_SUITE_P(
    Ends, ExitClassifier,
    testing::Values(
        Case{"finished", {.finished = true}, std::nullopt},
        Case{"finished although the lease was lost meanwhile",
             {.finished = true, .asked = StopRequest::kLeaseLost},
             std::nullopt},
        Case{"exit 0 without finished", {}, FailureClass::kInternal, "NOT_FINISHED"},
        Case{"user error with its file",
             {.status = {.exit_code = 2}, .error = FileOf(FailureClass::kUser)},
             FailureClass::kUser,
             "FROM_FILE"},
        Case{"user error without a file",
             {.status = {.exit_code = 2}},
             FailureClass::kUser,
             "NO_ERROR_FILE"},
        Case{"a file of another class is not believed",
             {.status = {.exit_code = 3}, .error = FileOf(FailureClass::kUser)},
             FailureClass::kOutOfMemory,
             "NO_ERROR_FILE"},
        Case{"device", {.status = {.exit_code = 4}}, FailureClass::kDevice, "NO_ERROR_FILE"},
        Case{"numeric",
             {.status = {.exit_code = 6}, .error = FileOf(FailureClass::kNumeric)},
             FailureClass::kNumeric,
             "FROM_FILE"},
        Case{"stopped as asked",
             {.status = {.exit_code = 8}, .asked = StopRequest::kStop},
             FailureClass::kStopped,
             "STOPPED"},
        Case{"our bug", {.status = {.exit_code = 70}}, FailureClass::kInternal, "NO_ERROR_FILE"},
        Case{"a code nobody knows",
             {.status = {.exit_code = 129}},
             FailureClass::kInternal,
             "UNKNOWN_EXIT_CODE"},
        Case{"killed because the lease was lost",
             {.status = kKilled, .asked = StopRequest::kLeaseLost},
             FailureClass::kLostWorker,
             "LEASE_EXPIRED"},
        Case{"killed at the end of the grace period",
             {.status = kKilled, .asked = StopRequest::kStop},
             FailureClass::kStopped,
             "STOPPED"},
        Case{"killed while it was starting",
             {.status = {.signal = SIGTERM}, .asked = StopRequest::kStop},
             FailureClass::kStopped,
             "STOPPED"},
        Case{"killed by the kernel",
             {.status = kKilled, .oom_killed = true},
             FailureClass::kOutOfMemory,
             "OUT_OF_MEMORY_KILLER"},
        Case{"killed by someone", {.status = kKilled}, FailureClass::kInternal, "KILLED"},
        Case{"crashed",
             {.status = {.signal = SIGSEGV}, .oom_killed = true},
             FailureClass::kInternal,
             "CRASHED"},
        Case{"bad events",
             {.status = kKilled, .finished = true, .asked = StopRequest::kBadEvents},
             FailureClass::kInternal,
             "BAD_EVENTS"}));

}  // namespace
}  // namespace sparsweep::worker
