#include "pruning_core/train/checkpoint_folder.h"

#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "pruning_core/train/run_identity.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using ::testing::UnorderedElementsAre;

constexpr uint64_t kMiB = 1 << 20;

class CheckpointFolderTest : public ::testing::Test {
 protected:
  // Writes one of one MiB a step and returns what is there then.
  std::vector<int64_t> Write(CheckpointFolder& checkpoints, int64_t step) const {
    const auto written = checkpoints.Write({.step = step, .identity = identity_}, tensors_);
    EXPECT_EQ(written.file, CheckpointFileName(step));
    EXPECT_EQ(written.hash.size(), 16u);
    std::vector<int64_t> steps;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      steps.push_back(CheckpointStep(entry.path().filename().string()).value_or(-1));
    }
    return steps;
  }

  test::TemporaryFolder folder_;
  std::string identity_ = RunIdentity({});
  std::vector<NamedTensor> tensors_{{"a", at::zeros({kMiB / 4})}};
};

TEST_F(CheckpointFolderTest, KeepsTheNewestTwoWithoutABudget) {
  CheckpointFolder checkpoints(folder_.path(), 0);
  EXPECT_THAT(Write(checkpoints, 10), UnorderedElementsAre(10));
  EXPECT_THAT(Write(checkpoints, 20), UnorderedElementsAre(10, 20));
  EXPECT_THAT(Write(checkpoints, 30), UnorderedElementsAre(20, 30));
}

TEST_F(CheckpointFolderTest, ABudgetKeepsWhatFits) {
  CheckpointFolder checkpoints(folder_.path(), 4 * kMiB);
  for (const int64_t step : {10, 20, 30}) (void)Write(checkpoints, step);
  EXPECT_THAT(Write(checkpoints, 40), UnorderedElementsAre(20, 30, 40)) << "headers count too";
  EXPECT_THAT(Write(checkpoints, 50), UnorderedElementsAre(30, 40, 50));
}

TEST_F(CheckpointFolderTest, TwoAreKeptHoweverSmallTheBudget) {
  CheckpointFolder checkpoints(folder_.path(), 1);
  for (const int64_t step : {10, 20}) (void)Write(checkpoints, step);
  EXPECT_THAT(Write(checkpoints, 30), UnorderedElementsAre(20, 30));
}

}  // namespace
}  // namespace sparsweep::core
