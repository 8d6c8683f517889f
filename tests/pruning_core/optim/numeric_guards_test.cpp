// A NaN or an infinity anywhere stops the step before it changes anything.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "tests/pruning_core/optim/toy_model.h"

namespace sparsweep::core {
namespace {

using testing::ToyModel;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

PruningOptimizer Make(const ToyModel& model, const std::string& method) {
  contract::PruningSpec pruning;
  pruning.method = method;
  pruning.density = 0.5;
  pruning.lambda = 10.0;
  contract::TrainingSpec training;
  training.steps = 12;
  return {model.parameters, MakePruningMethod(pruning), MakeHyperparameters(training, pruning)};
}

std::vector<at::Tensor> Copy(const PruningOptimizer& optimizer) {
  std::vector<at::Tensor> copies;
  for (const NamedTensor& named : optimizer.State()) copies.push_back(named.tensor.clone());
  return copies;
}

// Step() must throw for `matrix` and leave every bit as it was.
void ExpectRefused(PruningOptimizer& optimizer, const std::string& matrix) {
  const std::vector<at::Tensor> before = Copy(optimizer);
  try {
    optimizer.Step();
    FAIL() << matrix;
  } catch (const NumericError& error) {
    EXPECT_EQ(error.step(), 2);
    EXPECT_EQ(error.matrix(), matrix);
  }
  EXPECT_EQ(optimizer.steps_done(), 2);
  const std::vector<NamedTensor> after = optimizer.State();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(std::memcmp(before[i].data_ptr(), after[i].tensor.data_ptr(), before[i].nbytes()), 0)
        << after[i].name;
  }
}

class NumericGuards : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    for (int step = 0; step < 2; ++step) {
      model_.Loss(step).backward();
      optimizer_.Step();
    }
    model_.Loss(2).backward();
  }
  static void Put(const at::Tensor& tensor, float value) {
    tensor.mutable_data_ptr<float>()[3] = value;
  }

  ToyModel model_;
  PruningOptimizer optimizer_ = Make(model_, GetParam());
};
INSTANTIATE_TEST_SUITE_P(Methods, NumericGuards,
                         ::testing::Values("dense", "magnitude", "movement", "soft_movement",
                                           "l0"));

TEST_P(NumericGuards, AWeightThatIsNotFinite) {
  for (const float bad : {kInfinity, kNan}) {
    Put(optimizer_.matrices()[1].weight, bad);
    ExpectRefused(optimizer_, "encoder.layer.0.second.weight");
  }
}

TEST_P(NumericGuards, AScoreThatIsNotFinite) {
  if (!optimizer_.matrices()[0].score.defined()) GTEST_SKIP() << "no scores";
  for (const float bad : {-kInfinity, kNan}) {
    Put(optimizer_.matrices()[0].score, bad);
    ExpectRefused(optimizer_, "encoder.layer.0.first.weight");
  }
}

TEST_P(NumericGuards, AGradientThatIsNotFinite) {
  Put(model_.Find("encoder.layer.0.second.bias").value.grad(), kInfinity);
  ExpectRefused(optimizer_, "encoder.layer.0.second.bias");
}

TEST_P(NumericGuards, ABiasThatIsNotFinite) {
  Put(model_.Find("encoder.layer.0.first.bias").value.detach(), kNan);
  ExpectRefused(optimizer_, "encoder.layer.0.first.bias");
}

}  // namespace
}  // namespace sparsweep::core
