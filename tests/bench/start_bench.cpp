// start_bench MODEL_DIR [NAME=VALUE…]: what a trial does besides steps, on demand. Speaks the
// protocol of step_bench with lines "WHAT ARGUMENT":
//
//   checkpoint FILE     writes one, as training does: seconds and bytes
//   evaluate N          N forward passes without autograd, the mask applied once, before them
//   evaluate_masked N   the same, with the mask applied to each matrix in each pass
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "pruning_core/models/task_loss.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/checkpoint.h"
#include "tests/bench/bench_model.h"

namespace {

using namespace sparsweep;         // NOLINT
using namespace sparsweep::bench;  // NOLINT

double Seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class Trial {
 public:
  explicit Trial(const Options& options) : bench_(options) {
    core::CrossEntropy(bench_.loaded.model.Logits(bench_.batch, {}), bench_.batch.labels)
        .backward();
    bench_.optimizer.Step();
    for (const core::PrunedMatrix& matrix : bench_.optimizer.matrices()) {
      masks_.push_back(at::ones_like(matrix.working.detach()));
    }
  }

  std::string Checkpoint(const std::string& file) {
    const core::CheckpointState state{.step = bench_.optimizer.steps_done(), .identity = "bench"};
    const double seconds =
        Seconds([&] { (void)core::SaveCheckpoint(file, state, bench_.optimizer.State()); });
    return fmt::format(R"({{"steps":1,"seconds":{:.6f},"bytes":{}}})", seconds,
                       std::filesystem::file_size(file));
  }

  std::string Evaluate(int64_t passes, bool mask_each) {
    const at::NoGradGuard no_grad;
    const double seconds = Seconds([&] {
      for (int64_t i = 0; i < passes; ++i) {
        for (size_t m = 0; mask_each && m < masks_.size(); ++m) {
          at::Tensor working = bench_.optimizer.matrices()[m].working;
          working.copy_(working * masks_[m]);
        }
        (void)bench_.loaded.model.Logits(bench_.batch, {});
      }
    });
    return fmt::format(R"({{"steps":{},"seconds":{:.6f}}})", passes, seconds);
  }

 private:
  BenchModel bench_;
  std::vector<at::Tensor> masks_;  // floats, as who applies them in each pass has them
};

}  // namespace

int main(int argc, char** argv) try {
  const Options options(argc, argv);
  SetThreads(options);
  Trial trial(options);
  std::cout << "ready" << std::endl;
  std::string what;
  std::string argument;
  while (std::cin >> what >> argument) {
    if (what == "checkpoint") {
      std::cout << trial.Checkpoint(argument) << std::endl;
    } else if (what == "evaluate" || what == "evaluate_masked") {
      std::cout << trial.Evaluate(std::stoll(argument), what == "evaluate_masked") << std::endl;
    } else {
      throw std::invalid_argument("unknown command " + what);
    }
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "start_bench: " << error.what() << '\n';
  return 1;
}
