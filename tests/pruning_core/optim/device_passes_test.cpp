// A run whose optimizer computes with the kernels for GPUs, on the host, against one of the CPU.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/optim/evaluation_weights.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/step_exchange.h"
#include "tests/pruning_core/distributed/rank_threads.h"
#include "tests/pruning_core/optim/emulated_passes.h"
#include "tests/pruning_core/optim/toy_model.h"

namespace sparsweep::core {
namespace {

using testing::ToyModel;

constexpr int64_t kSteps = 6;

// "movement global", "l0 target", …: a method with another selection or with a density to reach.
struct OneRun {
  OneRun(const std::string& name, bool on_device, double max_norm = 0.0) {
    contract::PruningSpec pruning;
    pruning.method = name.substr(0, name.find(' '));
    pruning.score_learning_rate = 0.4;
    if (name.ends_with(" global")) pruning.selection = "global";
    const bool penalized = pruning.method == "soft_movement" || pruning.method == "l0";
    if (name.ends_with(" target")) {
      pruning.target_density = 0.2;
    } else if (penalized) {
      pruning.lambda = 2000.0;
    } else if (pruning.method != "dense") {
      pruning.density = 0.2;
    }
    contract::TrainingSpec training;
    training.steps = kSteps;
    training.warmup_steps = 2;
    training.learning_rate = 1e-2;
    training.weight_decay = 0.1;
    training.max_grad_norm = max_norm;
    testing::emulates_device = on_device;
    optimizer = std::make_unique<PruningOptimizer>(model.parameters, MakePruningMethod(pruning),
                                                   MakeHyperparameters(training, pruning));
    testing::emulates_device = false;
  }
  void Backward() { model.Loss(optimizer->steps_done()).backward(); }

  ToyModel model;
  std::unique_ptr<PruningOptimizer> optimizer;
};

void ExpectSameBits(const at::Tensor& a, const at::Tensor& b, const std::string& name) {
  ASSERT_EQ(a.nbytes(), b.nbytes()) << name;
  EXPECT_EQ(std::memcmp(a.data_ptr(), b.data_ptr(), a.nbytes()), 0) << name;
}

void ExpectSameState(const OneRun& a, const OneRun& b) {
  const std::vector<NamedTensor> ours = a.optimizer->State();
  const std::vector<NamedTensor> theirs = b.optimizer->State();
  ASSERT_EQ(ours.size(), theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    ASSERT_EQ(ours[i].name, theirs[i].name);
    ExpectSameBits(ours[i].tensor, theirs[i].tensor, ours[i].name);
  }
  for (size_t m = 0; m < a.optimizer->matrices().size(); ++m) {
    const PrunedMatrix& one = a.optimizer->matrices()[m];
    const PrunedMatrix& other = b.optimizer->matrices()[m];
    EXPECT_EQ(one.mask, other.mask) << one.name;
    ExpectSameBits(one.working, other.working, one.name + " working");
  }
  EXPECT_EQ(a.optimizer->mask_hashes(), b.optimizer->mask_hashes());
  EXPECT_EQ(a.optimizer->density().ones, b.optimizer->density().ones);
  EXPECT_EQ(a.optimizer->lambda(), b.optimizer->lambda());
}

class EveryRule : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(DevicePasses, EveryRule,
                         ::testing::Values("dense", "magnitude", "magnitude global", "movement",
                                           "movement global", "soft_movement", "l0",
                                           "soft_movement target", "l0 target"));

// Without clipping, whose norm is a sum in another order, no bit differs.
TEST_P(EveryRule, GivesTheBitsOfTheCpu) {
  OneRun cpu(GetParam(), false);
  OneRun device(GetParam(), true);
  ExpectSameState(cpu, device);
  for (int64_t step = 0; step < kSteps; ++step) {
    for (OneRun* run : {&cpu, &device}) {
      run->Backward();
      if (step == 2) run->Backward();  // two micro-batches
      run->optimizer->QueueStep();
    }
    ExpectSameState(cpu, device);
    const EvaluationWeights one(*cpu.optimizer);
    const EvaluationWeights other(*device.optimizer);
    ExpectSameState(cpu, device);
  }
}

TEST_P(EveryRule, GoesOnWithTheSameBitsFromItsState) {
  OneRun whole(GetParam(), true);
  OneRun resumed(GetParam(), true);
  for (int64_t step = 0; step < kSteps; ++step) {
    if (step == 3) {
      const std::vector<NamedTensor> from = whole.optimizer->State();
      const std::vector<NamedTensor> to = resumed.optimizer->State();
      for (size_t i = 0; i < from.size(); ++i) to[i].tensor.copy_(from[i].tensor);
      resumed.optimizer->Restore(step);
    }
    for (OneRun* run : {&whole, &resumed}) {
      if (run == &resumed && step < 3) continue;
      run->Backward();
      run->optimizer->QueueStep();
    }
  }
  ExpectSameState(whole, resumed);
}

TEST_P(EveryRule, ReportsTheStepThatTheCpuMakes) {
  OneRun cpu(GetParam(), false, 0.5);
  OneRun device(GetParam(), true, 0.5);
  cpu.Backward();
  device.Backward();
  const StepReport expected = cpu.optimizer->Step();
  const StepReport report = device.optimizer->Step();
  EXPECT_NEAR(report.gradient_norm / expected.gradient_norm, 1.0, 1e-12);
  EXPECT_NEAR(report.clip / expected.clip, 1.0, 1e-6);
  EXPECT_EQ(report.lambda, expected.lambda);
  EXPECT_EQ(report.learning_rate, expected.learning_rate);
  EXPECT_NEAR(report.regularizer, expected.regularizer, 1e-9);
}

// Two ranks on devices, of which the second has other scores in the second matrix from step 4 on.
// The kernels of one run before those of the other, then the ranks compare what came of them.
TEST(DevicePasses, AMaskThatDiffersIsNamedByTheHashesThatTheDeviceMade) {
  constexpr int64_t kRanks = 2;
  std::vector<std::vector<std::vector<uint64_t>>> hashes(kRanks);  // [rank][step][matrix]
  for (auto& of_rank : hashes) {
    OneRun run("movement", true);
    const bool odd = &of_rank == &hashes[1];
    for (int64_t step = 0; step < kSteps; ++step) {
      of_rank.push_back(run.optimizer->mask_hashes());
      run.Backward();
      if (odd && step == 3) {
        const at::Tensor& score = run.optimizer->matrices()[1].score;
        std::fill_n(score.mutable_data_ptr<float>(), score.numel() / 2, -1000.0F);
      }
      run.optimizer->QueueStep();
    }
  }
  EXPECT_EQ(hashes[0][3], hashes[1][3]);
  EXPECT_EQ(hashes[0][4][0], hashes[1][4][0]);
  EXPECT_NE(hashes[0][4][1], hashes[1][4][1]);
  const ToyModel model;
  std::vector<std::string> found(kRanks);
  test::RunRanks(kRanks, [&](ProcessGroup& group) {
    const auto rank = static_cast<size_t>(group.rank());
    StepExchange exchange(group, model.parameters, [] { return false; });
    for (int64_t step = 0; step <= 4; ++step) exchange.SendMasks(hashes[rank][step], step);
    try {
      exchange.SendMasks(hashes[rank][5], 5);
    } catch (const RanksDiffer& error) {
      EXPECT_EQ(error.step(), 4);
      found[rank] = error.matrix();
    }
  });
  EXPECT_EQ(found, std::vector<std::string>(kRanks, "encoder.layer.0.second.weight"));
}

TEST(DevicePasses, TellOfWhatIsNotFiniteOneStepLaterAndChangeNothing) {
  OneRun run("movement", true);
  run.Backward();
  run.optimizer->QueueStep();
  const PrunedMatrix matrix = run.optimizer->matrices()[1];
  const at::Tensor before = matrix.weight.clone();
  run.Backward();
  matrix.working.mutable_grad().mutable_data_ptr<float>()[3] =
      std::numeric_limits<float>::quiet_NaN();
  run.optimizer->QueueStep();
  ExpectSameBits(before, matrix.weight, "weight");
  run.Backward();
  try {
    run.optimizer->QueueStep();
    FAIL() << "nobody was told";
  } catch (const NumericError& error) {
    EXPECT_EQ(error.step(), 1);
    EXPECT_EQ(error.matrix(), matrix.name);
  }
}

}  // namespace
}  // namespace sparsweep::core
