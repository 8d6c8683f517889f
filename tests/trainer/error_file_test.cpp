#include "trainer/error_file.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::trainer {
namespace {

contract::TrainerError Numeric() {
  return {.failure_class = contract::FailureClass::kNumeric,
          .reason = "NOT_FINITE",
          .field = "",
          .value = "",
          .message = "loss is nan",
          .step = 12,
          .matrix = ""};
}

TEST(ErrorFileTest, StandsInTheFolderAndGivesTheExitCode) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(ReportFailure(folder.path(), Numeric()), 6);
  const auto error = contract::ParseTrainerError(*base::ReadFile(folder.File("error.json"), 65536));
  ASSERT_TRUE(error.ok()) << error.status();
  EXPECT_EQ(error->reason, "NOT_FINITE");
  EXPECT_EQ(error->step, 12);
}

TEST(ErrorFileTest, AFolderThatCannotBeWrittenToKeepsTheExitCode) {
  EXPECT_EQ(ReportFailure("/dev/null/x", Numeric()), 6);
  EXPECT_EQ(ReportFailure("", Numeric()), 6);
}

}  // namespace
}  // namespace sparsweep::trainer
