#include "pruning_core/optim/host_shadow.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "pruning_core/optim/pruning_optimizer.h"
#include "tests/pruning_core/optim/toy_model.h"

namespace sparsweep::core {
namespace {

using testing::ToyModel;

PruningOptimizer Make(const ParameterList& parameters) {
  contract::PruningSpec pruning;
  pruning.method = "movement";
  pruning.density = 0.2;
  contract::TrainingSpec training;
  training.steps = 6;
  training.learning_rate = 1e-2;
  return {parameters, MakePruningMethod(pruning), MakeHyperparameters(training, pruning)};
}

// The optimizer sees copies alone; the model that is trained gets the same bits as without them.
TEST(HostShadow, TrainsTheModelThatItCopies) {
  ToyModel model;
  ToyModel away;
  PruningOptimizer optimizer = Make(model.parameters);
  const HostShadow shadow(away.parameters);
  PruningOptimizer of_copies = Make(shadow.parameters());
  shadow.Publish();
  for (int64_t step = 0; step < 6; ++step) {
    model.Loss(step).backward();
    optimizer.Step();
    away.Loss(step).backward();
    shadow.FetchGradients();
    of_copies.Step();
    shadow.Publish();
    for (size_t p = 0; p < model.parameters.size(); ++p) {
      const Parameter& ours = away.parameters[p];
      EXPECT_TRUE(ours.value.equal(model.parameters[p].value)) << ours.name << " after " << step;
      EXPECT_EQ(ours.value.requires_grad(), model.parameters[p].value.requires_grad());
      EXPECT_FALSE(ours.value.grad().defined()) << ours.name << ": its gradient was used up";
    }
  }
}

TEST(HostShadow, GradientsThatAreNotUsedUpStay) {
  ToyModel away;
  const HostShadow shadow(away.parameters);
  for (const Parameter& copy : shadow.parameters()) copy.value.set_requires_grad(true);
  shadow.Publish();
  away.Loss(0).backward();
  shadow.FetchGradients();
  const Parameter& kept = shadow.parameters()[1];
  for (const Parameter& copy : shadow.parameters()) {
    if (copy.name != kept.name) copy.value.mutable_grad().reset();
  }
  shadow.Publish();
  for (const Parameter& parameter : away.parameters) {
    EXPECT_EQ(parameter.value.grad().defined(), parameter.name == kept.name) << parameter.name;
  }
}

}  // namespace
}  // namespace sparsweep::core
