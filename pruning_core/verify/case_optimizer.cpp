#include "pruning_core/verify/case_optimizer.h"

#include <fmt/format.h>

#include "pruning_core/methods/reference_global_movement.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr char kMemory[] = "method/memory";  // in PruningOptimizer::State()

void RequireSameMatrices(const GoldenCase& golden, const PruningOptimizer& optimizer) {
  const std::vector<std::string>& stored = golden.file().matrices;
  const std::vector<PrunedMatrix>& matrices = optimizer.matrices();
  const auto refuse = [&](const std::string& what) {
    throw UserError("BAD_CASE", golden.path(), "matrices",
                    fmt::format("{}: case.json: matrices: {}; list the six of each layer in order",
                                golden.path(), what));
  };
  if (golden.file().method == "dense" && stored.empty()) return;
  if (stored.size() != matrices.size()) {
    refuse(fmt::format("{} names, but the model has {}", stored.size(), matrices.size()));
  }
  for (size_t m = 0; m < stored.size(); ++m) {
    const std::string ours = MatrixName(matrices[m].name);
    if (stored[m] != ours) {
      refuse(fmt::format("number {} is '{}' instead of '{}'", m, stored[m], ours));
    }
  }
}

Hyperparameters CaseHyper(const CaseFile& file) {
  Hyperparameters hyper = file.hyper;
  if (!file.regularized) hyper.schedule.final_lambda = 0.0;
  return hyper;
}

}  // namespace

std::unique_ptr<PruningMethod> MakeCaseMethod(const CaseFile& file) {
  if (file.threshold_interval > 0) {
    return std::make_unique<ReferenceGlobalMovement>(file.threshold_interval);
  }
  return MakePruningMethod(file.pruning, file.seed);
}

PruningOptimizer MakeCaseOptimizer(GoldenCase& golden, const ParameterList& parameters) {
  const CaseFile& file = golden.file();
  PruningOptimizer optimizer(parameters, MakeCaseMethod(file), CaseHyper(file));
  RequireSameMatrices(golden, optimizer);
  for (const PrunedMatrix& matrix : optimizer.matrices()) {
    if (!matrix.score.defined()) continue;
    const std::string name = "init/" + MatrixName(matrix.name) + ".mask_scores";
    matrix.score.copy_(golden.Read(name, matrix.score.sizes()));
  }
  optimizer.Restore(0);
  return optimizer;
}

at::Tensor MethodMemory(const PruningOptimizer& optimizer) {
  for (const NamedTensor& state : optimizer.State()) {
    if (state.name == kMemory) return state.tensor.clone();
  }
  return {};
}

PruningOptimizer MakeTrailingOptimizer(const CaseFile& file, const PruningOptimizer& done,
                                       const at::Tensor& memory, const ParameterList& parameters) {
  Hyperparameters hyper = CaseHyper(file);
  ++hyper.total_steps;  // of the optimizer only: the schedule keeps its own
  PruningOptimizer trailing(parameters, MakeCaseMethod(file), hyper);
  const std::vector<NamedTensor> from = done.State();
  const std::vector<NamedTensor> to = trailing.State();
  for (size_t i = 0; i < from.size(); ++i) {
    to[i].tensor.copy_(from[i].name == kMemory ? memory : from[i].tensor);
  }
  trailing.Restore(done.steps_done());
  return trailing;
}

}  // namespace sparsweep::core
