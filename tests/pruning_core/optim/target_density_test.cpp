// A run that was asked for a density ends with exactly that many weights.
#include <gtest/gtest.h>

#include <cstring>

#include "pruning_core/methods/ranking.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "tests/pruning_core/optim/toy_model.h"

namespace sparsweep::core {
namespace {

using testing::ToyModel;

constexpr int64_t kSteps = 40;
constexpr int64_t kWeights = 1120;  // of the toy model, in two matrices

PruningOptimizer Make(const ToyModel& model, const std::string& method, double target) {
  contract::PruningSpec pruning;
  pruning.method = method;
  pruning.target_density = target;
  pruning.score_learning_rate = 0.4;
  contract::TrainingSpec training;
  training.steps = kSteps;
  training.warmup_steps = 4;
  training.learning_rate = 1e-2;
  return {model.parameters, MakePruningMethod(pruning), MakeHyperparameters(training, pruning)};
}

void Advance(const ToyModel& model, PruningOptimizer& optimizer) {
  model.Loss(optimizer.steps_done()).backward();
  optimizer.Step();
}

class EachAskedMethod : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(TargetDensity, EachAskedMethod,
                         ::testing::Values("magnitude", "movement", "soft_movement", "l0"));

TEST_P(EachAskedMethod, IsReachedToTheWeight) {
  for (const double target : {0.3, 0.1, 0.03}) {
    ToyModel model;
    PruningOptimizer optimizer = Make(model, GetParam(), target);
    for (int64_t step = 0; step < kSteps; ++step) Advance(model, optimizer);
    const int64_t ones = optimizer.density().ones;
    const bool penalized = optimizer.matrices()[0].score.defined() && optimizer.lambda() > 0.0;
    if (penalized) {
      EXPECT_EQ(ones, KeptOf(target, kWeights));
    } else {
      EXPECT_EQ(ones, 2 * KeptOf(target, kWeights / 2));  // of each matrix
    }
    const auto report = optimizer.target_density();
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->asked, target);
    EXPECT_EQ(report->reached, optimizer.density().mask_density);
    EXPECT_GT(report->before_cut, 0.0);
    int64_t working = 0;
    for (const PrunedMatrix& matrix : optimizer.matrices()) {
      EXPECT_GE(matrix.mask.Ones(), std::min(FloorOf(560), KeptOf(target, 560))) << matrix.name;
      for (int64_t i = 0; i < matrix.mask.size(); ++i) {
        const bool zero = matrix.working.const_data_ptr<float>()[i] == 0.0F;
        if (!zero) ++working;
        if (!zero) {
          ASSERT_TRUE(matrix.mask.Get(i));
        }
      }
    }
    EXPECT_EQ(working, ones);  // nothing that is kept is 0
  }
}

TEST_P(EachAskedMethod, ResumesToTheSameBitsAtEveryStep) {
  ToyModel straight;
  PruningOptimizer whole = Make(straight, GetParam(), 0.1);
  std::vector<std::vector<at::Tensor>> saved;
  for (int64_t step = 0; step < kSteps; ++step) {
    saved.emplace_back();
    for (const NamedTensor& named : whole.State()) saved.back().push_back(named.tensor.clone());
    Advance(straight, whole);
  }
  const std::vector<NamedTensor> expected = whole.State();
  for (int64_t from = 0; from < kSteps; from += 3) {
    ToyModel fresh;
    PruningOptimizer resumed = Make(fresh, GetParam(), 0.1);
    const std::vector<NamedTensor> state = resumed.State();
    for (size_t i = 0; i < state.size(); ++i) {
      state[i].tensor.copy_(saved[static_cast<size_t>(from)][i]);
    }
    resumed.Restore(from);
    for (int64_t step = from; step < kSteps; ++step) Advance(fresh, resumed);
    const std::vector<NamedTensor> reached = resumed.State();
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(std::memcmp(expected[i].tensor.data_ptr(), reached[i].tensor.data_ptr(),
                            expected[i].tensor.nbytes()),
                0)
          << expected[i].name << " from step " << from;
    }
    EXPECT_EQ(resumed.target_density()->before_cut, whole.target_density()->before_cut);
  }
}

TEST(TargetDensity, AGivenLambdaIsWhereControlStarts) {
  ToyModel model;
  contract::PruningSpec pruning;
  pruning.method = "l0";
  pruning.target_density = 0.1;
  pruning.lambda = 123.0;
  contract::TrainingSpec training;
  training.steps = kSteps;
  const PruningOptimizer optimizer(model.parameters, MakePruningMethod(pruning),
                                   MakeHyperparameters(training, pruning));
  EXPECT_EQ(optimizer.lambda(), 123.0);
}

TEST(TargetDensity, NobodyAskedNobodyIsTold) {
  ToyModel model;
  contract::PruningSpec pruning;
  pruning.method = "movement";
  pruning.density = 0.5;
  contract::TrainingSpec training;
  training.steps = kSteps;
  const PruningOptimizer optimizer(model.parameters, MakePruningMethod(pruning),
                                   MakeHyperparameters(training, pruning));
  EXPECT_FALSE(optimizer.target_density().has_value());
}

}  // namespace
}  // namespace sparsweep::core
