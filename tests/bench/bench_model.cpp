#include "tests/bench/bench_model.h"

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <sys/resource.h>

#include <stdexcept>

#include "contract/validate.h"
#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/kernels/process_memory.h"
#include "pruning_core/optim/hyperparameters.h"

namespace sparsweep::bench {
namespace {

core::LoadedModel LoadOnDevice(const Options& options) {
  core::LoadedModel loaded = core::LoadBertModel(
      {.path = options.model, .layers = static_cast<uint32_t>(options.Number("layers"))},
      core::Head::kClassification, 2, 1);
  const at::Device device(options.Text("device"));
  loaded.model.MoveTo(device);
  loaded.model.ComputeIn(core::ResolvePrecision(options.Text("precision"), device));
  return loaded;
}

core::Batch RandomBatch(int64_t batch, int64_t length, int64_t vocabulary) {
  const core::CounterStream random(1, 2, 3);
  core::Batch out{.input_ids = at::zeros({batch, length}, at::kLong),
                  .token_type_ids = at::zeros({batch, length}, at::kLong),
                  .attention_mask = at::ones({batch, length}, at::kLong),
                  .labels = at::zeros({batch}, at::kLong)};
  auto* const ids = out.input_ids.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < batch * length; ++i) {
    ids[i] = random.Below(static_cast<uint32_t>(vocabulary), static_cast<uint64_t>(i));
  }
  for (int64_t i = 0; i < batch; ++i) {
    out.labels.mutable_data_ptr<int64_t>()[i] = i % 2;
    out.rows.push_back(static_cast<uint32_t>(i));
  }
  return out;
}

contract::PruningSpec Pruning(const Options& options) {
  contract::PruningSpec pruning;
  pruning.method = options.Text("method");
  pruning.numerics = options.Text("numerics");
  if (contract::IsRankBased(pruning.method)) pruning.density = options.Real("density");
  if (contract::IsPenalized(pruning.method)) pruning.lambda = 100;
  return pruning;
}

core::Hyperparameters SteadyHyperparameters(const contract::PruningSpec& pruning) {
  contract::TrainingSpec training;
  training.steps = 1'000'000;
  training.learning_rate = 3e-5;
  core::Hyperparameters hyper = core::MakeHyperparameters(training, pruning);
  hyper.schedule.initial = hyper.schedule.final;
  return hyper;
}

}  // namespace

Options::Options(int argc, char** argv, const std::map<std::string, std::string>& more) {
  values.insert(more.begin(), more.end());
  if (argc < 2) throw std::invalid_argument("usage: MODEL_DIR [NAME=VALUE…]");
  model = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('=');
    if (equals == std::string::npos || !values.contains(word.substr(0, equals))) {
      throw std::invalid_argument("unknown option " + word);
    }
    values[word.substr(0, equals)] = word.substr(equals + 1);
  }
}

BenchModel::BenchModel(const Options& options)
    : loaded(LoadOnDevice(options)),
      batch(core::OnDevice(RandomBatch(options.Number("batch"), options.Number("length"),
                                       loaded.model.config().vocab_size),
                           loaded.model.device())),
      optimizer(loaded.model.parameters(), core::MakePruningMethod(Pruning(options), 1),
                SteadyHyperparameters(Pruning(options))) {}

void SetThreads(const Options& options) {
  at::set_num_threads(static_cast<int>(options.Number("threads")));
  core::KeepFreedMemory();
  core::SetParallelThreads(static_cast<size_t>(options.Number("threads")));
}

int64_t PeakRssMib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace sparsweep::bench
