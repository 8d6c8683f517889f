// rank_bench MODEL_DIR rank=R size=N rendezvous=HOST:PORT [NAME=VALUE…]: training steps of one of N
// ranks, on demand. Speaks the protocol of step_bench with lines "MODE STEPS", the same on all:
//
//   compute       steps that exchange nothing
//   overlapped    as in training: buckets that leave during the backward pass, loss, masks' hashes
//   one_bucket    everything in one bucket: it leaves when the backward pass is over
//   reference     gradients of weights and of scores, after the backward pass
//   transfer      only what `overlapped` sends, without steps
//   transfer_reference   only what `reference` sends
//
// All ranks have the same batch, so that their masks agree in each mode.
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <chrono>
#include <iostream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "pruning_core/distributed/connect_ranks.h"
#include "pruning_core/models/task_loss.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/step_exchange.h"
#include "tests/bench/bench_model.h"

namespace {

using namespace sparsweep;         // NOLINT
using namespace sparsweep::bench;  // NOLINT
using Clock = std::chrono::steady_clock;

class Rank {
 public:
  explicit Rank(const Options& options)
      : group_(core::ConnectRanks({.rank = options.Number("rank"),
                                   .size = options.Number("size"),
                                   .rendezvous = options.Text("rendezvous")})),
        bench_(options) {
    for (const core::Parameter& parameter : bench_.loaded.model.parameters()) {
      if (parameter.value.requires_grad()) leaves_.push_back(parameter.value);
    }
    for (const at::Tensor& leaf : leaves_) gradient_bytes_ += leaf.nbytes();
    for (const core::PrunedMatrix& matrix : bench_.optimizer.matrices()) {
      if (matrix.score.defined()) score_bytes_ += matrix.score.nbytes();
    }
  }

  std::string Run(const std::string& mode, int64_t steps) {
    const bool one = mode == "one_bucket" || mode == "reference";
    std::unique_ptr<core::StepExchange> exchange;
    std::unique_ptr<core::GradientBuckets> bucket;
    if (mode == "overlapped") {
      exchange = std::make_unique<core::StepExchange>(*group_, bench_.loaded.model.parameters(),
                                                      [] { return false; });
    } else if (one) {
      bucket = std::make_unique<core::GradientBuckets>(*group_, leaves_,
                                                       std::numeric_limits<uint64_t>::max());
    } else if (mode != "compute" && !mode.starts_with("transfer")) {
      throw std::invalid_argument("unknown mode " + mode);
    }
    const bool scores = mode.ends_with("reference");
    std::vector<at::Tensor> sent;
    if (mode.starts_with("transfer")) sent = Slices(gradient_bytes_);
    if (scores) {
      for (const at::Tensor& slice : Slices(score_bytes_)) sent.push_back(slice);
    }
    group_->Barrier();
    const uint64_t given = group_->bytes();
    waited_ = 0;
    const auto begin = Clock::now();
    for (int64_t i = 0; i < steps; ++i) {
      if (mode.starts_with("transfer")) {
        Sum(sent);
      } else {
        Step(exchange.get(), bucket.get(), sent);
      }
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const uint64_t gave = group_->bytes() - given;
    if (exchange) {
      exchange->RequireSameMasks(bench_.optimizer.mask_hashes(), bench_.optimizer.steps_done());
    }
    return fmt::format(
        R"({{"steps":{},"seconds":{:.6f},"gradient_bytes":{},"score_bytes":{},"given_bytes":{},"waited":{:.6f},"peak_rss_mib":{}}})",
        steps, seconds, gradient_bytes_, score_bytes_, gave, waited_, PeakRssMib());
  }

 private:
  // As many bytes as buckets of the size that training uses.
  static std::vector<at::Tensor> Slices(uint64_t bytes) {
    std::vector<at::Tensor> slices;
    for (uint64_t begin = 0; begin < bytes; begin += core::GradientBuckets::kBucketBytes) {
      const uint64_t size = std::min(bytes - begin, core::GradientBuckets::kBucketBytes);
      slices.push_back(at::zeros({static_cast<int64_t>(size / sizeof(float))}, at::kFloat));
    }
    return slices;
  }

  void Sum(const std::vector<at::Tensor>& tensors) {
    std::vector<std::unique_ptr<core::Transfer>> transfers;
    for (const at::Tensor& tensor : tensors) transfers.push_back(group_->StartSum(tensor));
    for (const auto& transfer : transfers) transfer->Wait();
  }

  void Step(core::StepExchange* exchange, core::GradientBuckets* bucket,
            const std::vector<at::Tensor>& more) {
    const at::Tensor loss = core::CrossEntropy(
        bench_.loaded.model.Logits(bench_.batch,
                                   {.step = static_cast<uint64_t>(bench_.optimizer.steps_done())}),
        bench_.batch.labels);
    if (exchange != nullptr) {
      (void)exchange->Begin(bench_.batch.rows);  // counts from here
      exchange->BeforeLastBackward();
    }
    if (bucket != nullptr) bucket->Arm();
    (loss * (1.0 / static_cast<double>(group_->size()))).backward();
    const auto begin = Clock::now();
    if (exchange != nullptr) (void)exchange->Finish(1.0);
    if (bucket != nullptr) bucket->Finish();
    Sum(more);
    waited_ += std::chrono::duration<double>(Clock::now() - begin).count();
    if (exchange != nullptr) {
      exchange->SendMasks(bench_.optimizer.mask_hashes(), bench_.optimizer.steps_done());
    }
    bench_.optimizer.Step();
  }

  std::unique_ptr<core::ProcessGroup> group_;
  BenchModel bench_;
  std::vector<at::Tensor> leaves_;
  uint64_t gradient_bytes_ = 0;
  uint64_t score_bytes_ = 0;
  double waited_ = 0;  // seconds after the backward passes until the sums were there
};

}  // namespace

int main(int argc, char** argv) try {
  const Options options(argc, argv, {{"rank", "0"}, {"size", "1"}, {"rendezvous", ""}});
  SetThreads(options);
  Rank rank(options);
  std::cout << "ready" << std::endl;
  std::string mode;
  for (int64_t steps = 0; std::cin >> mode >> steps;) {
    std::cout << rank.Run(mode, steps) << std::endl;
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "rank_bench: " << error.what() << '\n';
  return 1;
}
