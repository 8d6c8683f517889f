#define USE_C10D_GLOO
#include "pruning_core/distributed/gloo_group.h"

#include <c10/util/env.h>
#include <fmt/format.h>

#include <algorithm>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <utility>
#include <vector>

#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/distributed/rendezvous.h"

namespace sparsweep::core {
namespace {

using std::chrono::steady_clock;

// Without the stack that c10d appends, and the place in gloo's source that stands before it.
std::string FirstLine(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (const size_t place = text.find("] "); text.starts_with("[/") && place != text.npos) {
    text.remove_prefix(place + 2);
  }
  return std::string(text);
}

class GlooTransfer final : public Transfer {
 public:
  GlooTransfer(c10::intrusive_ptr<c10d::Work> work, std::chrono::seconds limit)
      : work_(std::move(work)), limit_(limit) {}

  void Wait() override {
    try {
      work_->wait();
    } catch (const std::exception& error) {
      const std::string what = FirstLine(error.what());
      if (what.find("imed out") != std::string::npos) {
        throw RankLost("RANK_HANGS", fmt::format("another rank has not answered for {} s ({})",
                                                 limit_.count(), what));
      }
      throw RankLost("RANK_LOST", fmt::format("another rank went away ({})", what));
    }
  }

 private:
  c10::intrusive_ptr<c10d::Work> work_;
  std::chrono::seconds limit_;
};

class GlooGroup final : public ProcessGroup {
 public:
  GlooGroup(const GlooSettings& settings, const c10::intrusive_ptr<c10d::Store>& store,
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
    Running(gloo_.broadcast(tensors, options)).Wait();
  }
  void Barrier() override {
    c10d::BarrierOptions options;
    options.timeout = settings_.hang_timeout;
    Running(gloo_.barrier(options)).Wait();
  }

 private:
  std::unique_ptr<Transfer> Start(const at::Tensor& tensor, c10d::ReduceOp operation) {
    std::vector<at::Tensor> tensors{tensor};
    c10d::AllreduceOptions options;
    options.reduceOp = std::move(operation);
    options.timeout = settings_.hang_timeout;
    bytes_ += tensor.nbytes();
    return std::make_unique<GlooTransfer>(gloo_.allreduce(tensors, options),
                                          settings_.hang_timeout);
  }
  [[nodiscard]] GlooTransfer Running(c10::intrusive_ptr<c10d::Work> work) const {
    return GlooTransfer(std::move(work), settings_.hang_timeout);
  }

  GlooSettings settings_;
  c10d::ProcessGroupGloo gloo_;
  uint64_t bytes_ = 0;
};

// `deadline` is for the whole meeting: whatever of it is left, a second at least.
std::chrono::milliseconds Left(steady_clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
  return std::max<std::chrono::milliseconds>(left, std::chrono::seconds(1));
}

}  // namespace

std::unique_ptr<ProcessGroup> ConnectGloo(const GlooSettings& settings) {
  const Rendezvous place = ParseRendezvous(settings.rendezvous);
  const auto deadline = steady_clock::now() + settings.connect_timeout;
  c10d::TCPStoreOptions at;
  at.port = place.port;
  at.isServer = settings.rank == 0;
  if (at.isServer) at.masterListenFd = ListenAt(place);
  at.numWorkers = static_cast<size_t>(settings.size);
  at.timeout = settings.connect_timeout;
  try {
    // The flight recorder keeps a record of each sum that nobody reads here, and groups of one
    // process enter themselves in its table without its lock.
    c10::utils::set_env("TORCH_FR_BUFFER_SIZE", "0", /*overwrite=*/false);
    const auto store = c10::make_intrusive<c10d::TCPStore>(place.host, at);  // once all are there
    const auto options = c10d::ProcessGroupGloo::Options::create(Left(deadline));
    options->devices.push_back(
        c10d::ProcessGroupGloo::createDeviceForHostname(AddressToward(place)));
    return std::make_unique<GlooGroup>(settings, store, options);
  } catch (const RankLost&) {
    throw;
  } catch (const std::exception& error) {
    throw RankLost("NO_RENDEZVOUS",
                   fmt::format("world.rendezvous: the {} ranks have not met at {}:{} within {} s "
                               "({}); are all of them started, and can they reach that address?",
                               settings.size, place.host, place.port,
                               settings.connect_timeout.count(), FirstLine(error.what())));
  }
}

}  // namespace sparsweep::core
