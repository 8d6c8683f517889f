// step_bench MODEL_DIR [NAME=VALUE…]: training steps of our core on random tokens, on demand.
//
// Says "ready" and then, for each line N of standard input, runs N steps and answers with one line
// of JSON: seconds, and of them forward, backward and optimizer. bench.py runs it in turns with
// what it is compared with.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <sys/resource.h>

#include "contract/trial_spec.h"
#include "contract/validate.h"
#include "fmt/format.h"
#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/models/model_loader.h"
#include "pruning_core/models/task_loss.h"
#include "pruning_core/optim/pruning_optimizer.h"

namespace {

using namespace sparsweep;  // NOLINT
using Clock = std::chrono::steady_clock;

double Since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Options {
  std::string model;
  std::map<std::string, std::string> values{
      {"layers", "0"},    {"batch", "16"},  {"length", "128"}, {"method", "dense"},
      {"density", "0.1"}, {"threads", "2"}, {"dropout", "0"},  {"numerics", "standard"}};

  Options(int argc, char** argv) {
    if (argc < 2) throw std::invalid_argument("usage: step_bench MODEL_DIR [NAME=VALUE…]");
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
  [[nodiscard]] int64_t Number(const char* name) const { return std::stoll(values.at(name)); }
  [[nodiscard]] double Real(const char* name) const { return std::stod(values.at(name)); }
};

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

// As the middle of a long run: constant density, or τ and λ, from the first step on.
core::Hyperparameters SteadyHyperparameters(const contract::PruningSpec& pruning) {
  contract::TrainingSpec training;
  training.steps = 1'000'000;
  training.learning_rate = 3e-5;
  core::Hyperparameters hyper = core::MakeHyperparameters(training, pruning);
  hyper.schedule.initial = hyper.schedule.final;
  return hyper;
}

contract::PruningSpec Pruning(const Options& options) {
  contract::PruningSpec pruning;
  pruning.method = options.values.at("method");
  pruning.numerics = options.values.at("numerics");
  if (contract::IsRankBased(pruning.method)) pruning.density = options.Real("density");
  if (contract::IsPenalized(pruning.method)) pruning.lambda = 100;
  return pruning;
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : dropout_(options.Real("dropout")),
        loaded_(core::LoadBertModel(
            {.path = options.model, .layers = static_cast<uint32_t>(options.Number("layers"))},
            core::Head::kClassification, 2, 1)),
        batch_(RandomBatch(options.Number("batch"), options.Number("length"),
                           loaded_.model.config().vocab_size)),
        optimizer_(loaded_.model.parameters(), core::MakePruningMethod(Pruning(options), 1),
                   SteadyHyperparameters(Pruning(options))) {}

  std::string Run(int64_t steps) {
    double forward = 0;
    double backward = 0;
    double update = 0;
    const auto all = Clock::now();
    for (int64_t i = 0; i < steps; ++i) {
      auto begin = Clock::now();
      const at::Tensor loss = core::CrossEntropy(
          loaded_.model.Logits(
              batch_, {.hidden = dropout_, .step = static_cast<uint64_t>(optimizer_.steps_done())}),
          batch_.labels);
      forward += Since(begin);
      begin = Clock::now();
      loss.backward();
      backward += Since(begin);
      begin = Clock::now();
      optimizer_.Step();
      update += Since(begin);
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return fmt::format(
        R"({{"steps":{},"seconds":{:.6f},"forward":{:.6f},"backward":{:.6f},"optimizer":{:.6f},"prunable":{},"peak_rss_mib":{}}})",
        steps, Since(all), forward, backward, update, optimizer_.density().prunable,
        usage.ru_maxrss / 1024);
  }

 private:
  double dropout_;
  core::LoadedModel loaded_;
  core::Batch batch_;
  core::PruningOptimizer optimizer_;
};

}  // namespace

int main(int argc, char** argv) try {
  const Options options(argc, argv);
  at::set_num_threads(static_cast<int>(options.Number("threads")));
  core::SetParallelThreads(static_cast<size_t>(options.Number("threads")));
  Bench bench(options);
  std::cout << "ready" << std::endl;
  for (int64_t steps = 0; std::cin >> steps;) std::cout << bench.Run(steps) << std::endl;
  return 0;
} catch (const std::exception& error) {
  std::cerr << "step_bench: " << error.what() << '\n';
  return 1;
}
