// What happens to a checkpoint on the way: each damage is found, and the one before it is used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/models/bert_model.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/checkpoint_folder.h"
#include "pruning_core/train/resume_point.h"
#include "pruning_core/train/run_identity.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using ::testing::HasSubstr;

contract::TrialSpec SoftMovement() {
  contract::TrialSpec spec;
  spec.pruning.method = "soft_movement";
  spec.pruning.lambda = 100;
  spec.training.steps = 100;
  return spec;
}

// A run of a small BERT that has written checkpoints of steps 10 and 20.
class DamageTest : public ::testing::Test {
 protected:
  DamageTest() {
    CheckpointFolder checkpoints(folder_.path(), 0);
    for (const int64_t step : {10, 20}) {
      checkpoints.Write({.step = step, .identity = identity_}, optimizer_.State());
    }
  }
  std::string Path(int64_t step) const { return folder_.File(CheckpointFileName(step)); }
  static std::string Bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void Overwrite(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  // The step a run would go on from; -1 = it is refused.
  int64_t Found(const std::string& resume_from) {
    try {
      ResumePoint point = FindResumePoint(resume_from, identity_);
      warnings_ = point.warnings;
      return point.checkpoint.Load(optimizer_.State()).step;
    } catch (const UserError& error) {
      refusal_ = error.reason();
      message_ = error.message();
      return -1;
    }
  }

  test::TemporaryFolder folder_;
  contract::TrialSpec spec_ = SoftMovement();
  std::string identity_ = RunIdentity(spec_);
  BertModel model_{{.vocab_size = 100,
                    .hidden_size = 32,
                    .num_hidden_layers = 2,
                    .num_attention_heads = 2,
                    .intermediate_size = 128,
                    .max_position_embeddings = 16,
                    .type_vocab_size = 2},
                   2,
                   Pooling::kMean,
                   Head::kClassification,
                   3};
  PruningOptimizer optimizer_{model_.parameters(), MakePruningMethod(spec_.pruning),
                              MakeHyperparameters(spec_.training, spec_.pruning)};
  std::vector<std::string> warnings_;
  std::string refusal_;
  std::string message_;
};

TEST_F(DamageTest, ACheckpointTakesLittleMoreThanTheState) {
  uint64_t state = 0;
  for (const NamedTensor& named : optimizer_.State()) state += named.tensor.nbytes();
  const uint64_t file = std::filesystem::file_size(Path(20));
  const double ratio = static_cast<double>(file) / static_cast<double>(state);
  std::printf("checkpoint of %lu bytes of state: %lu bytes, %.4f times\n", state, file, ratio);
  EXPECT_GE(ratio, 1.0);
  EXPECT_LE(ratio, 1.05);
}

// Seeds are fixed: the same thousand damages in every run of the test.
TEST_F(DamageTest, AThousandBitFlipsAndCutsAreFoundAndTheOneBeforeIsUsed) {
  const std::string whole = Bytes(Path(20));
  std::mt19937_64 random(7);
  int found = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string damaged = whole;
    if (i % 2 == 0) {
      const uint64_t bit = random() % (whole.size() * 8);
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    } else {
      damaged.resize(random() % whole.size());
    }
    Overwrite(Path(20), damaged);
    found += Found(Path(20)) == 10 && warnings_.size() == 1 ? 1 : 0;
  }
  std::printf("damages found: %d of 1000\n", found);
  EXPECT_EQ(found, 1000);
}

TEST_F(DamageTest, TheWarningNamesBoth) {
  Overwrite(Path(20), "");
  ASSERT_EQ(Found(Path(20)), 10);
  EXPECT_THAT(warnings_, ::testing::ElementsAre(
                             ::testing::AllOf(HasSubstr(Path(20) + ": damaged checkpoint"),
                                              ::testing::EndsWith("; went on from " + Path(10)))));
}

TEST_F(DamageTest, AFolderMeansItsNewestWholeOne) {
  EXPECT_EQ(Found(folder_.path()), 20);
  EXPECT_THAT(warnings_, ::testing::IsEmpty());
  Overwrite(Path(20), "cut");
  EXPECT_EQ(Found(folder_.path()), 10);
}

TEST_F(DamageTest, NewerOnesThanAskedForAreNotUsed) {
  Overwrite(Path(10), "cut");
  EXPECT_EQ(Found(Path(10)), -1);
  EXPECT_EQ(refusal_, "CHECKPOINT_DAMAGED");
  EXPECT_THAT(message_, HasSubstr(Path(10)));
}

TEST_F(DamageTest, WhenNoneIsWholeTheNewestIsNamed) {
  for (const int64_t step : {10, 20}) Overwrite(Path(step), "cut");
  EXPECT_EQ(Found(folder_.path()), -1);
  EXPECT_EQ(refusal_, "CHECKPOINT_DAMAGED");
  EXPECT_THAT(message_, HasSubstr(Path(20)));
}

TEST_F(DamageTest, AFolderWithoutACheckpointIsNamed) {
  const test::TemporaryFolder empty;
  EXPECT_EQ(Found(empty.path()), -1);
  EXPECT_EQ(refusal_, "CHECKPOINT_NOT_FOUND");
  EXPECT_THAT(message_, HasSubstr("resume_from: there is no checkpoint in " + empty.path()));
}

TEST_F(DamageTest, AnotherRunsCheckpointIsRefusedAndNoOlderOneIsTried) {
  spec_.pruning.numerics = "reference";
  identity_ = RunIdentity(spec_);
  EXPECT_EQ(Found(Path(20)), -1);
  EXPECT_EQ(refusal_, "CHECKPOINT_MISMATCH");
  EXPECT_THAT(message_, HasSubstr("pruning.numerics is \"standard\" there and \"reference\" here"));
}

}  // namespace
}  // namespace sparsweep::core
