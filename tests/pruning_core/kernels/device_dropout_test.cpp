// The dropout kernel on a GPU against the CPU's loops.
#include "pruning_core/kernels/cuda/device_dropout.h"

#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "pruning_core/kernels/cuda/device_array.h"
#include "pruning_core/kernels/cuda_devices.h"

namespace sparsweep::core {
namespace {

TEST(DeviceDropoutTest, GivesTheBitsOfTheCpu) {
  const CudaDevices devices = FindCudaDevices();
  if (devices.count == 0) GTEST_SKIP() << devices.problem;
  const std::vector<uint32_t> rows{5, 0, 90'000};
  const DeviceArray<uint32_t> rows_there{std::span<const uint32_t>(rows)};
  const DropoutPlace place{.seed = 11, .step = 7, .site = 4};
  const DropoutRate rate(0.1);
  for (const DropoutShape& shape :
       {DropoutShape{1, 128, 768}, DropoutShape{12, 128, 128}, DropoutShape{12, 37, 37}}) {
    std::vector<float> expected(rows.size() *
                                static_cast<size_t>(shape.heads * shape.tokens * shape.width));
    FillDropout(place, rate, rows, shape, expected.data());
    const DeviceArray<float> got(expected.size());
    FillDropoutOnDevice(place, rate, rows_there.data(), static_cast<int64_t>(rows.size()), shape,
                        got.data(), nullptr);
    EXPECT_EQ(got.Read(nullptr), expected);
  }
}

}  // namespace
}  // namespace sparsweep::core
