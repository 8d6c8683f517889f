// step_bench MODEL_DIR [NAME=VALUE…]: training steps of our core on random tokens, on demand.
//
// Says "ready" and then, for each line N of standard input, runs N steps and answers with one line
// of JSON: seconds, and of them forward, backward and optimizer; with parts=1 those of the kinds of
// ATen's operations. bench.py runs it in turns with what it is compared with.
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <set>
#include <string>

#include "fmt/format.h"
#include "pruning_core/models/task_loss.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "tests/bench/bench_model.h"
#include "tests/bench/op_times.h"

namespace {

using namespace sparsweep;         // NOLINT
using namespace sparsweep::bench;  // NOLINT
using Clock = std::chrono::steady_clock;

double Since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Until the device has done what it was given.
void AwaitDevice(at::Device device) {
  if (device.is_cpu()) return;
  const c10::impl::VirtualGuardImpl guard(device.type());
  guard.synchronizeDevice(guard.getDevice().index());
}

// Of the tensors on a device, at most so far; 0 on the CPU.
int64_t PeakDeviceMib(at::Device device) {
  if (device.is_cpu()) return 0;
  const c10::impl::VirtualGuardImpl guard(device.type());
  const auto stats =
      at::getDeviceAllocator(device.type())->getDeviceStats(guard.getDevice().index());
  return stats.allocated_bytes[0].peak >> 20;  // 0: of all kinds of blocks
}

// Of all that is kept about the prunable matrices: W, S, W', their moments, G and the masks.
int64_t StateBytes(const core::PruningOptimizer& optimizer) {
  int64_t bytes = 0;
  std::set<const void*> seen;
  const auto add = [&](const at::Tensor& tensor) {
    if (!tensor.defined() || !seen.insert(tensor.const_data_ptr()).second) return;
    bytes += static_cast<int64_t>(tensor.nbytes());
  };
  const std::vector<core::NamedTensor> state = optimizer.State();
  for (const core::PrunedMatrix& matrix : optimizer.matrices()) {
    const std::string of_score = matrix.name.substr(0, matrix.name.rfind('.')) + ".mask_scores";
    add(matrix.working);
    add(matrix.weight);
    add(matrix.score);
    for (const core::NamedTensor& kept : state) {
      if (kept.name.ends_with("/" + matrix.name) || kept.name.ends_with("/" + of_score)) {
        add(kept.tensor);
      }
    }
    bytes += static_cast<int64_t>(matrix.working.nbytes());  // G
    bytes += static_cast<int64_t>(matrix.mask.bytes().size());
  }
  return bytes;
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : dropout_(options.Real("dropout")), parts_(options.Number("parts") != 0), bench_(options) {}

  std::string Run(int64_t steps) {
    double forward = 0;
    double backward = 0;
    double update = 0;
    const at::Device device = bench_.loaded.model.device();
    std::optional<OpTimes> parts;
    if (parts_) parts.emplace();
    const auto all = Clock::now();
    for (int64_t i = 0; i < steps; ++i) {
      auto begin = Clock::now();
      const at::Tensor loss = core::CrossEntropy(
          bench_.loaded.model.Logits(
              bench_.batch,
              {.hidden = dropout_, .step = static_cast<uint64_t>(bench_.optimizer.steps_done())}),
          bench_.batch.labels);
      AwaitDevice(device);
      forward += Since(begin);
      begin = Clock::now();
      loss.backward();
      AwaitDevice(device);
      backward += Since(begin);
      begin = Clock::now();
      bench_.optimizer.Step();
      AwaitDevice(device);
      update += Since(begin);
    }
    return fmt::format(
        R"({{"steps":{},"seconds":{:.6f},"forward":{:.6f},"backward":{:.6f},"optimizer":{:.6f},"prunable":{},"state_bytes":{},"peak_rss_mib":{},"peak_device_mib":{},"parts":{}}})",
        steps, Since(all), forward, backward, update, bench_.optimizer.density().prunable,
        StateBytes(bench_.optimizer), PeakRssMib(), PeakDeviceMib(device),
        parts ? parts->Json() : "{}");
  }

 private:
  double dropout_;
  bool parts_;
  BenchModel bench_;
};

}  // namespace

int main(int argc, char** argv) try {
  const Options options(argc, argv, {{"parts", "0"}});
  SetThreads(options);
  Bench bench(options);
  std::cout << "ready" << std::endl;
  for (int64_t steps = 0; std::cin >> steps;) std::cout << bench.Run(steps) << std::endl;
  return 0;
} catch (const std::exception& error) {
  std::cerr << "step_bench: " << error.what() << '\n';
  return 1;
}
