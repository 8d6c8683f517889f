#define USE_C10D_NCCL
#include "pruning_core/distributed/nccl_group.h"

#include <c10/cuda/CUDAFunctions.h>
#include <c10/util/env.h>
#include <fmt/format.h>

#include <chrono>
#include <span>
#include <thread>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#include <utility>
#include <vector>

#include "pruning_core/distributed/c10d_transfer.h"
#include "pruning_core/distributed/rank_error.h"

namespace sparsweep::core {
namespace {

using std::chrono::steady_clock;

class NcclTransfer final : public C10dTransfer {
 public:
  using C10dTransfer::C10dTransfer;

  // Until the sum has ended, not only queued: what may wait for the stream later, copies from
  // pageable memory, memory given back and reports among them, has no time limit of its own. c10d
  // looks once a millisecond, which a step of a few milliseconds would feel.
  void Wait() override {
    const auto until = steady_clock::now() + limit();
    while (!work().isCompleted() && steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
    C10dTransfer::Wait();
  }
};

class NcclGroup final : public ProcessGroup {
 public:
  NcclGroup(const RankSettings& settings, const c10::intrusive_ptr<c10d::Store>& store,
            std::unique_ptr<ProcessGroup> host, at::Device device)
      : settings_(settings),
        host_(std::move(host)),
        nccl_(c10::make_intrusive<c10d::ProcessGroupNCCL>(store, static_cast<int>(settings.rank),
                                                          static_cast<int>(settings.size),
                                                          Options(settings.hang_timeout))) {
    nccl_->eagerConnectSingleDevice(device);
  }
  ~NcclGroup() override {
    try {
      nccl_->abort();                  // waits for nobody
    } catch (const std::exception&) {  // nor for NCCL: its memory goes with the process
    }
  }

  [[nodiscard]] int64_t rank() const override { return settings_.rank; }
  [[nodiscard]] int64_t size() const override { return settings_.size; }
  [[nodiscard]] uint64_t bytes() const override { return bytes_ + host_->bytes(); }

  std::unique_ptr<Transfer> StartSum(const at::Tensor& tensor) override {
    return tensor.is_cuda() ? Start(tensor, c10d::ReduceOp::SUM) : host_->StartSum(tensor);
  }
  std::unique_ptr<Transfer> StartMax(const at::Tensor& tensor) override {
    return tensor.is_cuda() ? Start(tensor, c10d::ReduceOp::MAX) : host_->StartMax(tensor);
  }
  void Broadcast(const at::Tensor& tensor, int64_t root) override {
    if (!tensor.is_cuda()) return host_->Broadcast(tensor, root);
    std::vector<at::Tensor> tensors{tensor};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    bytes_ += tensor.nbytes();
    NcclTransfer(nccl_->broadcast(tensors, options), settings_.hang_timeout).Wait();
  }
  void Barrier() override { host_->Barrier(); }

 private:
  static c10::intrusive_ptr<c10d::ProcessGroupNCCL::Options> Options(std::chrono::seconds limit) {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = limit;
    return options;
  }
  std::unique_ptr<Transfer> Start(const at::Tensor& tensor, c10d::ReduceOp operation) {
    std::vector<at::Tensor> tensors{tensor};
    c10d::AllreduceOptions options;
    options.reduceOp = std::move(operation);
    bytes_ += tensor.nbytes();
    try {  // NCCL may know by now that a rank of another host is gone
      return std::make_unique<NcclTransfer>(nccl_->allreduce(tensors, options),
                                            settings_.hang_timeout);
    } catch (...) {
      ThrowRankLost(settings_.hang_timeout);
    }
  }

  RankSettings settings_;
  std::unique_ptr<ProcessGroup> host_;
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl_;
  uint64_t bytes_ = 0;
};

// The index is that of the thread's current GPU where `device` has none.
at::Device Numbered(at::Device device) {
  return device.has_index() ? device : at::Device(at::kCUDA, c10::cuda::current_device());
}

}  // namespace

std::string GpuName(at::Device device) {
  if (!device.is_cuda()) return {};
  const cudaUUID_t& uuid = at::cuda::getDeviceProperties(Numbered(device).index())->uuid;
  std::string name;
  for (const char byte : std::span(uuid.bytes)) {
    name += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return name;
}

std::unique_ptr<ProcessGroup> AddNccl(const RankSettings& settings,
                                      const c10::intrusive_ptr<c10d::Store>& store,
                                      const std::string& interface,
                                      std::unique_ptr<ProcessGroup> host, at::Device device) {
  // Whoever waits finds out what is wrong and gives up; c10d's watchdog would end the process.
  c10::utils::set_env("TORCH_NCCL_BLOCKING_WAIT", "1");
  // NVLS adds in an order that may change from run to run.
  c10::utils::set_env("NCCL_ALGO", "^NVLS", /*overwrite=*/false);
  if (!interface.empty()) {
    const std::string exactly = "=" + interface;
    c10::utils::set_env("NCCL_SOCKET_IFNAME", exactly.c_str(), /*overwrite=*/false);
  }
  try {
    return std::make_unique<NcclGroup>(settings, store, std::move(host), Numbered(device));
  } catch (const std::exception& error) {
    throw RankLost("NO_RENDEZVOUS",
                   fmt::format("world: NCCL does not start between the {} ranks' GPUs ({})",
                               settings.size, FirstLine(error.what())));
  }
}

}  // namespace sparsweep::core
