// Ranks on a GPU: one over NCCL, two that share it over Gloo.
#include "pruning_core/distributed/nccl_group.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "pruning_core/distributed/connect_ranks.h"
#include "pruning_core/distributed/gradient_buckets.h"
#include "pruning_core/distributed/rank_error.h"
#include "tests/pruning_core/distributed/rank_threads.h"

namespace sparsweep::core {
namespace {

using std::chrono::seconds;
using test::RunRanks;

const at::Device kGpu(at::kCUDA, 0);

class RanksOnAGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error != cudaSuccess) GTEST_SKIP() << "no GPU: " << cudaGetErrorString(error);
    if (count == 0) GTEST_SKIP() << "no GPU";
  }
};

at::Tensor OnGpu(double value, at::IntArrayRef shape = {1 << 20},
                 at::ScalarType type = at::kFloat) {
  return at::full(shape, value, at::TensorOptions(type).device(kGpu));
}

bool AllAre(const at::Tensor& tensor, double value) { return tensor.eq(value).all().item<bool>(); }

// Keeps a stream busy until it is destroyed, or for longer than the time limit of the test: giving
// NCCL up may wait for the device.
class BusyStream {
 public:
  explicit BusyStream(cudaStream_t stream) : stream_(stream) {
    EXPECT_EQ(cudaLaunchHostFunc(stream, &BusyStream::Run, this), cudaSuccess);
  }
  BusyStream(const BusyStream&) = delete;
  BusyStream& operator=(const BusyStream&) = delete;
  ~BusyStream() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    cudaStreamSynchronize(stream_);
  }

 private:
  static void Run(void* self) {
    auto& busy = *static_cast<BusyStream*>(self);
    std::unique_lock lock(busy.mutex_);
    busy.changed_.wait_for(lock, seconds(4), [&] { return busy.over_; });
  }

  cudaStream_t stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
};

TEST_F(RanksOnAGpu, OneRankSumsAndBroadcastsOverNccl) {
  RunRanks(
      1,
      [](ProcessGroup& group) {
        for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
          const at::Tensor values = OnGpu(3, {5, 7}, type);
          group.StartSum(values)->Wait();
          EXPECT_TRUE(AllAre(values, 3));
        }
        const at::Tensor words = OnGpu(-5, {2}, at::kLong);
        group.StartMax(words)->Wait();
        EXPECT_TRUE(AllAre(words, -5));
        group.Broadcast(words, 0);
        EXPECT_TRUE(AllAre(words, -5));
        const at::Tensor on_host = at::full({3}, 2.0, at::kDouble);
        group.StartSum(on_host)->Wait();
        EXPECT_TRUE(AllAre(on_host, 2));
        group.Barrier();
        EXPECT_EQ(group.bytes(), 35u * 4 + 35u * 8 + 2u * 8 + 2u * 8 + 3u * 8);
      },
      seconds(60), kGpu);
}

TEST_F(RanksOnAGpu, NcclThatDoesNotEndInTimeIsGivenUp) {
  try {
    RunRanks(
        1,
        [](ProcessGroup& group) {
          const at::Tensor values = OnGpu(1);
          const BusyStream busy(c10::cuda::getCurrentCUDAStream());
          group.StartSum(values)->Wait();
        },
        seconds(1), kGpu);
    FAIL() << "the sum ended";
  } catch (const RankLost& error) {
    EXPECT_EQ(error.reason(), "RANK_HANGS") << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST_F(RanksOnAGpu, TwoThatShareItAddTheirGradients) {
  RunRanks(
      2,
      [](ProcessGroup& group) {
        const std::vector<at::Tensor> leaves{at::zeros({3}, kGpu).set_requires_grad(true),
                                             at::zeros({1 << 20}, kGpu).set_requires_grad(true)};
        GradientBuckets buckets(group, leaves, 1024);
        for (int step = 1; step <= 3; ++step) {
          const auto own = static_cast<double>(step * (group.rank() + 1));
          buckets.Arm();
          ((leaves[0].sum() + leaves[1].sum()) * own).backward();
          buckets.Finish();
          for (const at::Tensor& leaf : leaves) {
            EXPECT_TRUE(AllAre(leaf.grad(), 3.0 * step));
            leaf.mutable_grad().reset();
          }
        }
        const at::Tensor told = OnGpu(static_cast<double>(group.rank()));
        group.Broadcast(told, 1);
        EXPECT_TRUE(AllAre(told, 1));
      },
      seconds(60), kGpu);
}

TEST_F(RanksOnAGpu, OneThatGoesAwayEndsTheOther) {
  try {
    RunRanks(
        2,
        [](ProcessGroup& group) {
          if (group.rank() == 1) return;
          group.StartSum(OnGpu(1))->Wait();
        },
        seconds(60), kGpu);
    FAIL() << "the sum ended";
  } catch (const RankLost& error) {
    EXPECT_EQ(error.reason(), "RANK_LOST") << error.what();
  }
}

TEST_F(RanksOnAGpu, ItsNameDoesNotDependOnHowItIsCalled) {
  EXPECT_EQ(GpuName(at::kCUDA), GpuName(kGpu));
  EXPECT_EQ(GpuName(kGpu).size(), 32u);
  EXPECT_EQ(GpuName(at::kCPU), "");
}

}  // namespace
}  // namespace sparsweep::core
