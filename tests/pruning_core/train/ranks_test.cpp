// Several ranks train what one would: the same batches, dropout and gates, sums in another order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <filesystem>

#include "contract/mask_file.h"
#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/kernels/mask_hash.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/pruning_core/distributed/rank_threads.h"
#include "tests/pruning_core/train/attempt.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_variants.h"

namespace sparsweep::core {
namespace {

using contract::TrialSpec;
using test::Again;
using test::Attempt;
using test::RunAttempt;
using test::RunRankedAttempt;

// Mask bits that differ between two attempts' results.
int64_t DifferentBits(const std::string& directory, const std::string& other) {
  const auto ours = contract::ParseMaskFile(test::Bytes(directory + "/masks.safetensors"));
  const auto theirs = contract::ParseMaskFile(test::Bytes(other + "/masks.safetensors"));
  if (!ours.ok() || !theirs.ok() || ours->size() != theirs->size()) return -1;
  int64_t different = 0;
  for (size_t m = 0; m < ours->size(); ++m) {
    for (size_t i = 0; i < (*ours)[m].bits.size(); ++i) {
      different += std::popcount(static_cast<uint8_t>((*ours)[m].bits[i] ^ (*theirs)[m].bits[i]));
    }
  }
  return different;
}

std::vector<test::TinyVariant> RankedVariants() {
  std::vector<test::TinyVariant> variants = test::TinyVariants();
  std::erase_if(variants,
                [](const auto& variant) { return variant.name == "l0_reference_accumulated"; });
  return variants;
}

class RanksTest : public ::testing::TestWithParam<test::TinyVariant> {};

// In fp32, after 40 steps of high learning rates. What is exact is in fp64_ranks_test.cpp.
TEST_P(RanksTest, LossesAndMasksAreThoseOfOneRank) {
  const test::TemporaryFolder folder;
  TrialSpec spec = GetParam().make(folder.path());
  spec.training.learning_rate = std::min(spec.training.learning_rate, 1e-3);
  spec.training.head_learning_rate = 1e-3;
  const Attempt one = RunAttempt(spec);
  for (const uint32_t ranks : {2u, 3u}) {
    const TrialSpec shared = Again(spec, folder.File("ranks-" + std::to_string(ranks)));
    const auto several = RunRankedAttempt(shared, ranks);
    const auto expected = one.Metric("loss");
    const auto losses = several[0].Metric("loss");
    ASSERT_EQ(losses.size(), expected.size());
    double spread = 0;
    for (size_t i = 0; i < losses.size(); ++i) {
      spread = std::max(spread, std::abs(losses[i].second - expected[i].second));
    }
    const int64_t bits = DifferentBits(shared.directory, spec.directory);
    std::printf("%u ranks: losses differ by at most %.1e, %ld of %ld mask bits\n", ranks, spread,
                bits, test::kTinyPrunable);
    EXPECT_LT(spread, 1e-5);  // measured: 1e-7 to 1e-6, and no bit
    EXPECT_GE(bits, 0);
    EXPECT_LE(bits, 4);
    EXPECT_EQ(several[1].outcome, FinePruner::Outcome::kFinished);
  }
}

class RanksResumeTest : public ::testing::TestWithParam<test::TinyVariant> {};

TEST_P(RanksResumeTest, StoppedAndResumedTheyEndWithTheSameBits) {
  const test::TemporaryFolder folder;
  const TrialSpec spec = GetParam().make(folder.path());
  const auto whole = RunRankedAttempt(spec, 2);
  const int64_t last = whole[0].events.back().step;
  const TrialSpec first = Again(spec, folder.File("first"));
  const auto begun = RunRankedAttempt(first, 2, 12);
  EXPECT_EQ(begun[0].outcome, FinePruner::Outcome::kStopped);
  EXPECT_EQ(begun[1].outcome, FinePruner::Outcome::kStopped);
  const TrialSpec second = Again(first, folder.File("second"), first.directory);
  const auto resumed = RunRankedAttempt(second, 2);
  EXPECT_EQ(resumed[1].events.front().step, 13);  // the step in which they were asked ends
  test::ExpectSameResult(second.directory, spec.directory, last);
  EXPECT_EQ(resumed[0].score(), whole[0].score());
}

// Rank 0 alone has written it, and yet no rank begins another.
TEST(RanksStopTest, StopInTheStepOfACheckpoint) {
  const test::TemporaryFolder folder;
  const TrialSpec spec = test::TinyVariants().front().make(folder.path());
  ASSERT_EQ(spec.training.checkpoint_every, 10u);
  for (const test::Attempt& rank : RunRankedAttempt(spec, 2, 9)) {
    EXPECT_EQ(rank.outcome, FinePruner::Outcome::kStopped);
    EXPECT_EQ(rank.events.back().step, 10);
  }
}

// Those that a checkpoint holds something of their own for.
std::vector<test::TinyVariant> ResumeVariants() {
  std::vector<test::TinyVariant> variants = test::TinyVariants();
  std::erase_if(variants, [](const auto& variant) {
    return variant.name != "dense" && variant.name != "soft_movement_target" &&
           variant.name != "l0" && variant.name != "dropout" && variant.name != "distilled" &&
           variant.name != "best";
  });
  return variants;
}

INSTANTIATE_TEST_SUITE_P(All, RanksTest, ::testing::ValuesIn(RankedVariants()),
                         [](const auto& test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(All, RanksResumeTest, ::testing::ValuesIn(ResumeVariants()),
                         [](const auto& test) { return test.param.name; });

class RanksRunTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_;
  TrialSpec spec_ = test::TinyTrial(folder_.path(), "soft_movement");
};

TEST_F(RanksRunTest, FewerRanksGoOnWithTheSameBatches) {
  spec_.training.batch = 12;
  spec_.training.accumulation = 3;
  spec_.training.dropout = 0.1;
  spec_.training.learning_rate = 1e-3;
  spec_.training.head_learning_rate = 1e-3;
  const auto expected = RunAttempt(spec_).Metric("loss");
  std::vector<std::pair<int64_t, double>> losses;
  std::string from;
  for (const uint32_t ranks : {3u, 2u, 1u}) {
    const TrialSpec part = Again(spec_, folder_.File("ranks-" + std::to_string(ranks)), from);
    const auto attempt = RunRankedAttempt(part, ranks, ranks > 1 ? 10 : test::kNever);
    const auto own = attempt[0].Metric("loss");
    losses.insert(losses.end(), own.begin(), own.end());
    const auto warnings = attempt[0].All<contract::Warning>();
    if (!from.empty()) {
      ASSERT_EQ(warnings.size(), 1u);
      EXPECT_THAT(warnings[0].second.text,
                  ::testing::HasSubstr("written by " + std::to_string(ranks + 1) + " ranks"));
    }
    from = part.directory;
  }
  ASSERT_EQ(losses.size(), expected.size());
  for (size_t i = 0; i < losses.size(); ++i) {
    EXPECT_EQ(losses[i].first, expected[i].first);
    EXPECT_NEAR(losses[i].second, expected[i].second, 1e-3) << i;
  }
}

TEST_F(RanksRunTest, OnlyTheGradientsOfTheWorkingWeightsTravel) {
  const auto attempts = RunRankedAttempt(spec_, 2);
  // Not the scores', and embeddings are frozen.
  uint64_t gradients = 0;
  const RunInputs inputs = LoadRunInputs(spec_);
  for (const Parameter& parameter : inputs.loaded.model.parameters()) {
    if (parameter.role != ParameterRole::kEmbedding) gradients += parameter.value.nbytes();
  }
  for (const Attempt& attempt : attempts) {
    const auto bytes = attempt.Metric("bytes_per_step");
    ASSERT_EQ(bytes.size(), 40u);
    for (const auto& [step, value] : bytes) {
      EXPECT_GE(value, static_cast<double>(gradients)) << step;
      EXPECT_LE(value, 1.01 * static_cast<double>(gradients)) << step;
    }
  }
}

TEST_F(RanksRunTest, SharedEvaluationHasTheBitsOfOneRanks) {
  spec_.task.dev_limit = 0;
  test::WriteTinyData(spec_.task.dev, 700, 5);  // six batches
  const Attempt one = RunAttempt(spec_);
  const TrialSpec again = Again(spec_, folder_.File("again"), spec_.directory);
  const auto three = RunRankedAttempt(again, 3);
  for (const Attempt& rank : three)
    EXPECT_EQ(rank.Metric("accuracy").back(), one.Metric("accuracy").back());
  EXPECT_EQ(three[0].score(), one.score());
}

TEST_F(RanksRunTest, RanksThatReadOtherDataAreRefused) {
  const test::TemporaryFolder other;
  TrialSpec theirs = test::TinyTrial(other.path(), "soft_movement");
  test::WriteTinyData(theirs.task.train, 90, 99);
  std::vector<std::string> reasons(2);
  test::RunRanks(2, [&](ProcessGroup& group) {
    const auto rank = static_cast<uint32_t>(group.rank());
    TrialSpec spec = rank == 0 ? spec_ : theirs;
    spec.world = {.rank = rank, .size = 2, .rendezvous = "localhost:1"};
    try {
      (void)RunAttempt(spec, test::kNever, &group);
    } catch (const UserError& error) {
      reasons[rank] = error.reason();
    }
  });
  EXPECT_EQ(reasons, (std::vector<std::string>{"RANKS_DIFFER", "RANKS_DIFFER"}));
}

TEST_F(RanksRunTest, ALossThatIsNotFiniteEndsAllRanksWithTheSameError) {
  spec_.training.learning_rate = 1e30;
  spec_.training.max_grad_norm = 0;
  std::vector<std::string> messages(2);
  test::RunRanks(2, [&](ProcessGroup& group) {
    const auto rank = static_cast<uint32_t>(group.rank());
    TrialSpec spec = spec_;
    spec.world = {.rank = rank, .size = 2, .rendezvous = "localhost:1"};
    try {
      (void)RunAttempt(spec, test::kNever, &group);
    } catch (const NumericError& error) {
      messages[rank] = error.what();
    }
  });
  EXPECT_NE(messages[0], "");
  EXPECT_EQ(messages[0], messages[1]);
}

// What three ranks have sent when one of them throws: it differs in two matrices after step 2.
class MasksThatDifferTest : public RanksRunTest {
 protected:
  void Run(const std::function<void(StepExchange&, const std::vector<uint64_t>& own,
                                    const std::vector<uint64_t>& same)>& last) {
    std::vector<std::string> found(3);
    test::RunRanks(3, [&](ProcessGroup& group) {
      RunInputs inputs = LoadRunInputs(spec_);
      PruningOptimizer optimizer(inputs.loaded.model.parameters(),
                                 MakePruningMethod(spec_.pruning, spec_.seed),
                                 MakeHyperparameters(spec_.training, spec_.pruning, spec_.seed));
      StepExchange exchange(group, inputs.loaded.model.parameters(), [] { return false; });
      const std::vector<uint64_t> same = optimizer.mask_hashes();
      std::vector<uint64_t> own = same;
      if (group.rank() == 1) {
        for (const size_t m : {4u, 7u}) {
          BitMask flipped = optimizer.matrices()[m].mask;
          flipped.SetBlock(1, ~uint64_t{16});
          own[m] = MaskHash(flipped.bytes());
        }
      }
      exchange.SendMasks(same, 1);
      try {
        last(exchange, own, same);
      } catch (const RanksDiffer& error) {
        EXPECT_EQ(error.step(), 2);
        EXPECT_EQ(error.matrix(), optimizer.matrices()[4].name);
        found[static_cast<size_t>(group.rank())] = error.what();
      }
    });
    EXPECT_THAT(found, ::testing::Each(::testing::HasSubstr("after step 2")));
  }
};

TEST_F(MasksThatDifferTest, AreNamedAStepLater) {
  Run([](StepExchange& exchange, const auto& own, const auto& same) {
    EXPECT_NO_THROW(exchange.SendMasks(own, 2));  // those of step 1 were the same
    exchange.SendMasks(same, 3);
  });
}

TEST_F(MasksThatDifferTest, AreNamedBeforeAnythingIsKept) {
  Run([](StepExchange& exchange, const auto& own, const auto& /*same*/) {
    exchange.RequireSameMasks(own, 2);
  });
}

// A rank that says it holds another fifth word, from its maximum number `from` on, counted from 1.
class OddRank final : public ProcessGroup {
 public:
  OddRank(ProcessGroup& group, int64_t from) : group_(group), from_(from) {}

  [[nodiscard]] int64_t rank() const override { return group_.rank(); }
  [[nodiscard]] int64_t size() const override { return group_.size(); }
  [[nodiscard]] uint64_t bytes() const override { return group_.bytes(); }
  std::unique_ptr<Transfer> StartSum(const at::Tensor& tensor) override {
    return group_.StartSum(tensor);
  }
  std::unique_ptr<Transfer> StartMax(const at::Tensor& tensor) override {
    if (++maxima_ >= from_) {  // of the list's pair, and of the list when that is asked for
      auto* const word = tensor.mutable_data_ptr<int64_t>() + (tensor.numel() == 2 ? 0 : 8);
      word[0] ^= 1;
      word[1] ^= 1;
    }
    return group_.StartMax(tensor);
  }
  void Broadcast(const at::Tensor& tensor, int64_t root) override {
    group_.Broadcast(tensor, root);
  }
  void Barrier() override { group_.Barrier(); }

  [[nodiscard]] int64_t maxima() const { return maxima_; }

 private:
  ProcessGroup& group_;
  int64_t from_;
  int64_t maxima_ = 0;
};

TEST_F(RanksRunTest, AMaskThatDiffersAfterTheLastStepEndsTheAttempt) {
  const auto run = [](const TrialSpec& of_all, ProcessGroup& group) {
    TrialSpec spec = of_all;
    spec.world = {.rank = static_cast<uint32_t>(group.rank()), .size = 2, .rendezvous = "a:1"};
    (void)RunAttempt(spec, test::kNever, &group);
  };
  int64_t maxima = 0;
  test::RunRanks(2, [&](ProcessGroup& group) {
    OddRank counted(group, test::kNever);
    run(spec_, counted);
    if (group.rank() == 1) maxima = counted.maxima();
  });
  const TrialSpec again = Again(spec_, folder_.File("again"));
  std::vector<int64_t> steps(2);
  std::vector<std::string> matrices(2);
  test::RunRanks(2, [&](ProcessGroup& group) {
    OddRank odd(group, group.rank() == 1 ? maxima : test::kNever);
    try {
      run(again, odd);
    } catch (const RanksDiffer& error) {
      steps[static_cast<size_t>(group.rank())] = error.step();
      matrices[static_cast<size_t>(group.rank())] = error.matrix();
    }
  });
  const auto last = static_cast<int64_t>(spec_.training.steps);
  EXPECT_EQ(steps, (std::vector<int64_t>{last, last}));
  EXPECT_EQ(matrices, std::vector<std::string>(2, "encoder.layer.0.intermediate.dense.weight"));
  EXPECT_FALSE(std::filesystem::exists(again.directory + "/masks.safetensors"));
}

}  // namespace
}  // namespace sparsweep::core
