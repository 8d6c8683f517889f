// The model, batch and pruning that the step benchmarks share: random tokens, the middle of a run.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "pruning_core/data/batch.h"
#include "pruning_core/models/model_loader.h"
#include "pruning_core/optim/pruning_optimizer.h"

namespace sparsweep::bench {

// MODEL_DIR [NAME=VALUE…]: values by name, each with a default. Throws std::invalid_argument.
struct Options {
  std::string model;
  std::map<std::string, std::string> values{
      {"layers", "0"},    {"batch", "16"},      {"length", "128"}, {"method", "dense"},
      {"density", "0.1"}, {"threads", "2"},     {"dropout", "0"},  {"numerics", "standard"},
      {"device", "cpu"},  {"precision", "fp32"}};

  Options(int argc, char** argv, const std::map<std::string, std::string>& more = {});
  [[nodiscard]] const std::string& Text(const char* name) const { return values.at(name); }
  [[nodiscard]] int64_t Number(const char* name) const { return std::stoll(values.at(name)); }
  [[nodiscard]] double Real(const char* name) const { return std::stod(values.at(name)); }
};

// What the programs step: the options' model with two labels, a batch of random tokens without
// padding, the same in every program, and the optimizer that prunes the model as in the middle of a
// long run: constant density, or τ and λ, from the first step on. All on the options' device.
struct BenchModel {
  explicit BenchModel(const Options& options);

  core::LoadedModel loaded;
  core::Batch batch;
  core::PruningOptimizer optimizer;
};

// Of PyTorch's operations and of ours; and the process keeps its memory, as the trainer does.
void SetThreads(const Options& options);

// Of this process so far.
[[nodiscard]] int64_t PeakRssMib();

}  // namespace sparsweep::bench
