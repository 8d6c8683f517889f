#include "coordinator/scheduler/retry_policy.h"

#include <gtest/gtest.h>

#include <ostream>

namespace sparsweep::coordinator {
namespace {

using contract::FailureClass;
using std::chrono::seconds;

struct Case {
  const char* name;
  FailureClass failure;
  uint32_t attempt_number;
  uint32_t restarts;
  const char* failed_before;  // class of the attempt before, or ""
  bool retry;
  bool counts;
  seconds backoff;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

class RetryPolicy : public ::testing::TestWithParam<Case> {};

TEST_P(RetryPolicy, Decides) {
  const Case& row = GetParam();
  store::Trial trial;
  trial.attempt_number = row.attempt_number;
  trial.restarts = row.restarts;
  if (*row.failed_before != '\0') {
    trial.failure.emplace().failure_class = row.failed_before;
  }
  const RetryDecision decision = DecideRetry(row.failure, trial, 2);
  EXPECT_EQ(decision.retry, row.retry);
  EXPECT_EQ(decision.counts, row.counts);
  if (row.retry) {
    EXPECT_EQ(decision.backoff, row.backoff);
  }
}

const Case kCases[] = {
    {"UserNever", FailureClass::kUser, 1, 0, "", false, true, seconds(0)},
    {"OutOfMemoryOnce", FailureClass::kOutOfMemory, 1, 0, "", true, true, seconds(0)},
    {"OutOfMemoryTwice", FailureClass::kOutOfMemory, 2, 1, "out_of_memory", false, true,
     seconds(0)},
    {"OutOfMemoryAfterDevice", FailureClass::kOutOfMemory, 2, 1, "device", true, true, seconds(0)},
    {"StoppedAlways", FailureClass::kStopped, 90, 2, "stopped", true, false, seconds(0)},
    {"LostWorker", FailureClass::kLostWorker, 3, 2, "device", true, false, seconds(0)},
    {"LostWorkerTooOften", FailureClass::kLostWorker, 102, 2, "", false, false, seconds(0)},
    {"DeviceFirst", FailureClass::kDevice, 1, 0, "", true, true, seconds(1)},
    {"DeviceSecond", FailureClass::kDevice, 2, 1, "device", true, true, seconds(2)},
    {"DeviceThird", FailureClass::kDevice, 3, 2, "device", false, true, seconds(0)},
    {"LostCollective", FailureClass::kLostCollective, 1, 0, "", true, true, seconds(1)},
    {"Numeric", FailureClass::kNumeric, 1, 0, "", true, true, seconds(1)},
    {"Disk", FailureClass::kDisk, 1, 0, "", true, true, seconds(1)},
    {"Internal", FailureClass::kInternal, 2, 1, "", true, true, seconds(2)},
};

INSTANTIATE_TEST_SUITE_P(, RetryPolicy, ::testing::ValuesIn(kCases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(RetryBackoff, IsAMinuteAtMost) {
  store::Trial trial;
  trial.restarts = trial.attempt_number = 50;
  EXPECT_EQ(DecideRetry(FailureClass::kDevice, trial, 100).backoff, seconds(60));
}

}  // namespace
}  // namespace sparsweep::coordinator
