#include "pruning_core/verify/parameter_checks.h"

#include <ATen/TensorOperators.h>
#include <fmt/format.h>

#include "pruning_core/verify/tensor_values.h"
#include "pruning_core/verify/tolerances.h"

namespace sparsweep::core {

ParameterChecks::ParameterChecks(GoldenCase& golden, const BertModel& student,
                                 const PruningOptimizer& optimizer, Comparison& comparison)
    : golden_(golden),
      student_(student),
      optimizer_(optimizer),
      comparison_(comparison),
      noise_only_(golden.file().noise_only_gradient.begin(),
                  golden.file().noise_only_gradient.end()) {
  for (const Parameter& parameter : student.parameters()) {
    if (parameter.role != ParameterRole::kPrunable) {
      parameters_.emplace(StoredName(parameter.name), parameter.value.detach());
    }
  }
  for (const PrunedMatrix& matrix : optimizer.matrices()) {
    const std::string name = MatrixName(matrix.name);
    parameters_.emplace(name + ".weight", matrix.weight.detach());
    if (matrix.score.defined()) parameters_.emplace(name + ".mask_scores", matrix.score);
  }
  // A span model has no pooler: the stored one must stay as it began.
  for (const std::string& name : golden.file().without_gradient) {
    if (!parameters_.contains(name) && golden.Has("init/" + name)) {
      parameters_.emplace(name, golden.ReadAny("init/" + name));
    }
  }
}

void ParameterChecks::CompareGradient(const std::string& name, const at::Tensor& gradient) {
  if (noise_only_.contains(name) || !golden_.Has("grad0/" + name)) return;
  const at::Tensor stored = golden_.Read("grad0/" + name, gradient.sizes());
  const double largest = stored.numel() == 0 ? 0.0 : stored.abs().max().item<double>();
  comparison_.Array(Quantity::kFirstGradients, {-1, 0, name}, ValuesOf(gradient.cpu().contiguous()),
                    ValuesOf(stored), tolerance::kGradient + tolerance::kGradientShare * largest);
}

void ParameterChecks::FirstGradients(double loss_share) {
  for (size_t m = 0; m < optimizer_.matrices().size(); ++m) {
    const std::string name = MatrixName(optimizer_.matrices()[m].name);
    const PruningOptimizer::MatrixGradients gradients = optimizer_.Gradients(m, loss_share);
    CompareGradient(name + ".weight", gradients.weight);
    if (gradients.score.defined()) CompareGradient(name + ".mask_scores", gradients.score);
  }
  const std::set<std::string> without(golden_.file().without_gradient.begin(),
                                      golden_.file().without_gradient.end());
  for (const Parameter& parameter : student_.parameters()) {
    const std::string name = StoredName(parameter.name);
    const bool prunable = parameter.role == ParameterRole::kPrunable;
    const bool trained = prunable || parameter.value.grad().defined();
    comparison_.Number(Quantity::kTrained, {-1, 0, name}, trained ? 1.0 : 0.0,
                       without.contains(name) ? 0.0 : 1.0, 0.0);
    if (trained && !prunable) CompareGradient(name, parameter.value.grad());
  }
}

void ParameterChecks::Parameters() {
  const int64_t steps = optimizer_.steps_done();
  const std::string group = fmt::format("after{}/", steps);
  const double rate = golden_.file().hyper.score_learning_rate;
  for (const auto& [name, parameter] : parameters_) {
    if (noise_only_.contains(name) || !golden_.Has(group + name)) continue;
    const at::Tensor value = parameter.cpu();
    const at::Tensor stored = golden_.Read(group + name, value.sizes());
    const Place place{-1, steps, name};
    if (name.ends_with(".mask_scores")) {
      comparison_.ArrayWithStrays(Quantity::kScores, place, ValuesOf(value), ValuesOf(stored),
                                  tolerance::Scores(rate), tolerance::kScoreStrays,
                                  tolerance::MostOfScores(rate));
    } else {
      comparison_.Array(Quantity::kWeights, place, ValuesOf(value), ValuesOf(stored),
                        tolerance::kWeights);
    }
  }
}

}  // namespace sparsweep::core
