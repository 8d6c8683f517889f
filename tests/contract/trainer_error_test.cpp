#include "contract/trainer_error.h"

#include <gtest/gtest.h>

namespace sparsweep::contract {
namespace {

TEST(TrainerErrorTest, NamesAndExitCodesReadBack) {
  const std::pair<FailureClass, int> rows[] = {
      {FailureClass::kUser, 2},    {FailureClass::kOutOfMemory, 3},    {FailureClass::kDevice, 4},
      {FailureClass::kNumeric, 6}, {FailureClass::kLostCollective, 5}, {FailureClass::kDisk, 7},
      {FailureClass::kStopped, 8}, {FailureClass::kInternal, 70}};
  for (const auto& [failure_class, code] : rows) {
    EXPECT_EQ(ExitCode(failure_class), code);
    EXPECT_EQ(FailureClassOfExitCode(code), failure_class);
    EXPECT_EQ(ParseFailureClass(FailureClassName(failure_class)), failure_class);
  }
  EXPECT_EQ(ParseFailureClass("lost_worker"), FailureClass::kLostWorker);
  EXPECT_EQ(ParseFailureClass("lost worker"), std::nullopt);
}

TEST(TrainerErrorTest, CodesTheTrainerNeverUsesHaveNoClass) {
  for (const int code : {-1, 0, 1, 9, 134, 137, 255}) {
    EXPECT_EQ(FailureClassOfExitCode(code), std::nullopt) << code;
  }
}

TEST(TrainerErrorTest, ReadsBack) {
  const TrainerError error{.failure_class = FailureClass::kNumeric,
                           .reason = "LOSS_NOT_FINITE",
                           .field = "loss",
                           .value = "nan",
                           .message = "loss is nan\nlower training.learning_rate",
                           .step = 17,
                           .matrix = "encoder.layer.0.output.dense.weight"};
  const auto again = ParseTrainerError(ToJson(error));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->failure_class, FailureClass::kNumeric);
  EXPECT_EQ(again->reason, "LOSS_NOT_FINITE");
  EXPECT_EQ(again->message, "loss is nan lower training.learning_rate") << "one line";
  EXPECT_EQ(again->step, 17);
  EXPECT_EQ(again->matrix, error.matrix);
}

TEST(TrainerErrorTest, WhatItWritesIsNeverTooLongToRead) {
  TrainerError error;
  error.value = std::string(1 << 20, '\x01');
  error.message = std::string(1 << 20, 'm') + "\xff";
  const auto again = ParseTrainerError(ToJson(error));
  EXPECT_TRUE(again.ok()) << again.status();
}

TEST(TrainerErrorTest, RefusesWhatIsNoError) {
  for (const char* bad :
       {"", "[]", "{}", R"({"class":"tired"})", R"({"class":3})", R"({"class":"user","step":"x"})",
        R"({"class":"user","message":1})", R"({"class":"user","class":"disk"})"}) {
    EXPECT_EQ(ParseTrainerError(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace sparsweep::contract
