// How the optimizer trains with gates: noise, evaluation weights, gradients.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "pruning_core/optim/evaluation_weights.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "tests/pruning_core/optim/toy_model.h"

namespace sparsweep::core {
namespace {

using testing::ToyModel;

PruningOptimizer Make(const ToyModel& model, const std::string& numerics, uint64_t seed = 5) {
  contract::PruningSpec pruning;
  pruning.method = "l0";
  pruning.numerics = numerics;
  pruning.lambda = 300.0;
  pruning.score_learning_rate = 1.5;
  contract::TrainingSpec training;
  training.steps = 12;
  training.learning_rate = 1e-2;
  return {model.parameters, MakePruningMethod(pruning, seed),
          MakeHyperparameters(training, pruning, seed)};
}

std::vector<float> Working(const PruningOptimizer& optimizer) {
  std::vector<float> all;
  for (const PrunedMatrix& matrix : optimizer.matrices()) {
    const auto* values = matrix.working.const_data_ptr<float>();
    all.insert(all.end(), values, values + matrix.working.numel());
  }
  return all;
}

void Advance(const ToyModel& model, PruningOptimizer& optimizer) {
  model.Loss(optimizer.steps_done()).backward();
  optimizer.Step();
}

TEST(L0Training, EvaluatesWithGatesWithoutNoiseAndGoesOnWithTheSameDraw) {
  for (const char* numerics : {"standard", "reference"}) {
    ToyModel model;
    PruningOptimizer optimizer = Make(model, numerics);
    Advance(model, optimizer);
    const std::vector<float> training = Working(optimizer);
    {
      const EvaluationWeights evaluation(optimizer);
      for (const PrunedMatrix& matrix : optimizer.matrices()) {
        const auto* working = matrix.working.const_data_ptr<float>();
        const auto* weight = matrix.weight.const_data_ptr<float>();
        const auto* score = matrix.score.const_data_ptr<float>();
        for (int64_t i = 0; i < matrix.mask.size(); ++i) {
          const double z =
              std::min(1.0, std::max(0.0, 1.2 / (1.0 + std::exp(-double{score[i]})) - 0.1));
          ASSERT_NEAR(working[i], z * weight[i], 1e-6) << numerics;
          ASSERT_EQ(matrix.mask.Get(i), score[i] > -2.39790F);
        }
      }
      EXPECT_NE(Working(optimizer), training);
    }
    EXPECT_EQ(Working(optimizer), training);
  }
}

TEST(L0Training, EndsWithItsEvaluationWeights) {
  ToyModel model;
  PruningOptimizer optimizer = Make(model, "standard");
  for (int step = 0; step < 12; ++step) Advance(model, optimizer);
  EXPECT_LT(optimizer.density().ones, 1120);
  const std::vector<float> final = Working(optimizer);
  for (const PrunedMatrix& matrix : optimizer.matrices()) {
    const auto* working = matrix.working.const_data_ptr<float>();
    for (int64_t i = 0; i < matrix.mask.size(); ++i) {
      if (!matrix.mask.Get(i)) {
        ASSERT_EQ(working[i], 0.0F);
      }
    }
  }
  { const EvaluationWeights evaluation(optimizer); }
  EXPECT_EQ(Working(optimizer), final);
}

TEST(L0Training, StandardDrawsOncePerStepReferencePerForward) {
  for (const bool reference : {false, true}) {
    ToyModel model;
    PruningOptimizer optimizer = Make(model, reference ? "reference" : "standard");
    const std::vector<float> first = Working(optimizer);
    model.Loss(0).backward();
    optimizer.AfterBackward();
    EXPECT_EQ(Working(optimizer) == first, !reference);
    EXPECT_EQ(model.parameters[1].value.grad().defined(), !reference);
    const std::vector<float> second = Working(optimizer);
    model.Loss(0).backward();
    optimizer.Step();
    EXPECT_NE(Working(optimizer), second);
  }
}

TEST(L0Training, TheSeedChoosesTheNoise) {
  ToyModel model;
  ToyModel same;
  ToyModel other;
  const PruningOptimizer optimizer = Make(model, "standard", 5);
  EXPECT_EQ(Working(optimizer), Working(Make(same, "standard", 5)));
  EXPECT_NE(Working(optimizer), Working(Make(other, "standard", 6)));
}

// An odd number of forward passes before the checkpoint: the counter has to travel with it.
TEST(L0Training, ReferenceResumesInTheMiddleOfItsForwardPasses) {
  const auto advance = [](const ToyModel& model, PruningOptimizer& optimizer) {
    for (int micro = 0; micro < 3; ++micro) {
      model.Loss(optimizer.steps_done() * 3 + micro).backward();
      optimizer.AfterBackward();
    }
    optimizer.Step();
  };
  ToyModel straight;
  PruningOptimizer whole = Make(straight, "reference");
  std::vector<at::Tensor> saved;
  for (int step = 0; step < 6; ++step) {
    if (step == 3) {
      for (const NamedTensor& named : whole.State()) saved.push_back(named.tensor.clone());
    }
    advance(straight, whole);
  }
  ToyModel fresh;
  PruningOptimizer resumed = Make(fresh, "reference");
  const std::vector<NamedTensor> state = resumed.State();
  for (size_t i = 0; i < state.size(); ++i) state[i].tensor.copy_(saved[i]);
  resumed.Restore(3);
  for (int step = 3; step < 6; ++step) advance(fresh, resumed);
  EXPECT_EQ(Working(whole), Working(resumed));
}

// Of the loss with the step's noise held: ∂(loss + λ·R)/∂W and ∂(loss + λ·R)/∂S.
TEST(L0Training, GradientsAreFiniteDifferencesOfTheLoss) {
  ToyModel model;
  PruningOptimizer optimizer = Make(model, "standard");
  for (int step = 0; step < 3; ++step) Advance(model, optimizer);
  const auto loss = [&] {
    optimizer.Restore(3);
    double penalty = 0.0;
    for (const PrunedMatrix& matrix : optimizer.matrices()) {
      const auto* score = matrix.score.const_data_ptr<float>();
      double sum = 0.0;
      for (int64_t i = 0; i < matrix.score.numel(); ++i) {
        sum += 1.0 / (1.0 + std::exp(-double{score[i]} - 1.598597));
      }
      penalty += sum / static_cast<double>(matrix.score.numel()) / 2.0;
    }
    return model.Loss(3).item<double>() + optimizer.lambda() * penalty;
  };
  model.Loss(3).backward();
  const auto gradients = optimizer.Gradients(0);
  const PrunedMatrix& matrix = optimizer.matrices()[0];
  for (const bool of_scores : {false, true}) {
    const at::Tensor& values = of_scores ? matrix.score : matrix.weight;
    const at::Tensor& gradient = of_scores ? gradients.score : gradients.weight;
    for (const int64_t i : {0, 3, 77, 200, 311, 559}) {
      float& value = values.mutable_data_ptr<float>()[i];
      const float before = value;
      value = before + 1e-2F;
      const double up = loss();
      value = before - 1e-2F;
      const double down = loss();
      value = before;
      EXPECT_NEAR(gradient.const_data_ptr<float>()[i], (up - down) / 2e-2, 3e-3)
          << of_scores << ' ' << i;
    }
  }
}

}  // namespace
}  // namespace sparsweep::core
