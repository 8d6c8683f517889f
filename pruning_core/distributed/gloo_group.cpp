#define USE_C10D_GLOO
#include "pruning_core/distributed/gloo_group.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <utility>
#include <vector>

#include "pruning_core/distributed/c10d_transfer.h"

namespace sparsweep::core {
namespace {

class GlooGroup final : public ProcessGroup {
 public:
  GlooGroup(const RankSettings& settings, const c10::intrusive_ptr<c10d::Store>& store,
            const c10::intrusive_ptr<c10d::ProcessGroupGloo::Options>& options)
      : settings_(settings),
        gloo_(store, static_cast<int>(settings.rank), static_cast<int>(settings.size), options) {}

  [[nodiscard]] int64_t rank() const override { return settings_.rank; }
  [[nodiscard]] int64_t size() const override { return settings_.size; }
  [[nodiscard]] uint64_t bytes() const override { return bytes_; }

  std::unique_ptr<Transfer> StartSum(const at::Tensor& tensor) override {
    return Start(tensor, c10d::ReduceOp::SUM);
  }
  std::unique_ptr<Transfer> StartMax(const at::Tensor& tensor) override {
    return Start(tensor, c10d::ReduceOp::MAX);
  }
  void Broadcast(const at::Tensor& tensor, int64_t root) override {
    std::vector<at::Tensor> tensors{tensor};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    options.timeout = settings_.hang_timeout;
    bytes_ += tensor.nbytes();
    C10dTransfer(gloo_.broadcast(tensors, options), settings_.hang_timeout).Wait();
  }
  void Barrier() override {
    c10d::BarrierOptions options;
    options.timeout = settings_.hang_timeout;
    C10dTransfer(gloo_.barrier(options), settings_.hang_timeout).Wait();
  }

 private:
  std::unique_ptr<Transfer> Start(const at::Tensor& tensor, c10d::ReduceOp operation) {
    std::vector<at::Tensor> tensors{tensor};
    c10d::AllreduceOptions options;
    options.reduceOp = std::move(operation);
    options.timeout = settings_.hang_timeout;
    bytes_ += tensor.nbytes();
    return std::make_unique<C10dTransfer>(gloo_.allreduce(tensors, options),
                                          settings_.hang_timeout);
  }

  RankSettings settings_;
  c10d::ProcessGroupGloo gloo_;
  uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<ProcessGroup> MakeGlooGroup(const RankSettings& settings,
                                            const c10::intrusive_ptr<c10d::Store>& store,
                                            const std::string& address,
                                            std::chrono::milliseconds limit) {
  const auto options = c10d::ProcessGroupGloo::Options::create(limit);
  options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(address));
  return std::make_unique<GlooGroup>(settings, store, options);
}

}  // namespace sparsweep::core
