#include "pruning_core/train/checkpoint.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "pruning_core/model_io/user_error.h"
#include "pruning_core/train/checkpoint_folder.h"
#include "pruning_core/train/run_identity.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using ::testing::HasSubstr;

std::string Identity(uint64_t seed) {
  contract::TrialSpec spec;
  spec.seed = seed;
  return RunIdentity(spec);
}

std::vector<NamedTensor> Filled() {
  return {{"parameter/a", at::arange(6, at::kFloat).reshape({2, 3})},
          {"moment1/a", at::arange(6, at::kFloat).mul(0.1)}};
}
std::vector<NamedTensor> Blank() {
  return {{"parameter/a", at::zeros({2, 3})}, {"moment1/a", at::zeros({6})}};
}

class CheckpointTest : public ::testing::Test {
 protected:
  std::string Saved() const {
    SaveCheckpoint(path_,
                   {.step = 120,
                    .identity = Identity(1),
                    .loss_sum = 0.1,
                    .loss_count = 3,
                    .best = {.step = 80,
                             .score = -0.25,
                             .evaluations_since = 2,
                             .tensors = {{"b", at::arange(4, at::kByte)}}}},
                   Filled());
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Overwrite(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }
  // The reason a load fails for; "" when it does not.
  std::string Refusal(const std::string& identity, std::vector<NamedTensor> into = Blank()) const {
    try {
      (void)Checkpoint::Open(path_, identity).Load(into);
      return "";
    } catch (const UserError& error) {
      message_ = error.message();
      return error.reason();
    }
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_.File(CheckpointFileName(120));
  mutable std::string message_;
};

TEST_F(CheckpointTest, FillsWhatWasSaved) {
  (void)Saved();
  const std::vector<NamedTensor> tensors = Blank();
  const CheckpointState state = Checkpoint::Open(path_, Identity(1)).Load(tensors);
  EXPECT_EQ(state.step, 120);
  EXPECT_EQ(state.loss_sum, 0.1);
  EXPECT_EQ(state.loss_count, 3);
  EXPECT_EQ(state.best.step, 80);
  EXPECT_EQ(state.best.score, -0.25);
  EXPECT_EQ(state.best.evaluations_since, 2);
  ASSERT_EQ(state.best.tensors.size(), 1u);
  EXPECT_EQ(state.best.tensors[0].name, "b");
  EXPECT_TRUE(state.best.tensors[0].tensor.equal(at::arange(4, at::kByte)));
  for (size_t i = 0; i < tensors.size(); ++i) {
    EXPECT_TRUE(tensors[i].tensor.equal(Filled()[i].tensor)) << tensors[i].name;
  }
}

TEST_F(CheckpointTest, AnotherRunIsRefusedByTheFieldThatDiffers) {
  (void)Saved();
  EXPECT_EQ(Refusal(Identity(2)), "CHECKPOINT_MISMATCH");
  EXPECT_THAT(message_, HasSubstr("seed is 1 there and 2 here"));
}

TEST_F(CheckpointTest, EveryCutIsFound) {
  const std::string bytes = Saved();
  for (size_t size = 0; size < bytes.size(); size += 7) {
    Overwrite(bytes.substr(0, size));
    ASSERT_EQ(Refusal(Identity(1)), "CHECKPOINT_DAMAGED") << size;
  }
}

TEST_F(CheckpointTest, EveryByteIsCoveredAndTheFileIsNamed) {
  const std::string bytes = Saved();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    Overwrite(flipped);
    ASSERT_EQ(Refusal(Identity(1)), "CHECKPOINT_DAMAGED") << i << " " << bytes[i];
    ASSERT_THAT(message_, HasSubstr(path_));
  }
  Overwrite(bytes + '\0');
  EXPECT_EQ(Refusal(Identity(1)), "CHECKPOINT_DAMAGED");
}

TEST_F(CheckpointTest, AMissingFileIsDamage) {
  EXPECT_EQ(Refusal(Identity(1)), "CHECKPOINT_DAMAGED");
}

TEST_F(CheckpointTest, OtherTensorsAreRefused) {
  (void)Saved();
  EXPECT_EQ(Refusal(Identity(1), {{"parameter/a", at::zeros({2, 3})}}), "CHECKPOINT_DAMAGED");
  EXPECT_EQ(
      Refusal(Identity(1), {{"parameter/a", at::zeros({2, 3})}, {"moment1/b", at::zeros({6})}}),
      "CHECKPOINT_DAMAGED");
}

TEST_F(CheckpointTest, NamesCarryTheStep) {
  EXPECT_EQ(CheckpointStep("checkpoint-120.safetensors"), 120);
  for (const char* other :
       {"checkpoint-.safetensors", "checkpoint-012.safetensors", "checkpoint-1.safetensors.partial",
        "masks.safetensors", "checkpoint-99999999999999999999.safetensors", ""}) {
    EXPECT_EQ(CheckpointStep(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace sparsweep::core
