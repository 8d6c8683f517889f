// The dropout kernel, block by block on the host, against the CPU's loops.
#include <gtest/gtest.h>

#include <vector>

#include "tests/pruning_core/kernels/host_cuda.h"
// The kernels want the words above.
#include "pruning_core/kernels/cuda/dropout_kernels.cuh"

namespace sparsweep::core {
namespace {

constexpr float kUntouched = -1.0F;
constexpr DropoutPlace kPlace{.seed = 11, .step = 7, .site = 4};
const std::vector<uint32_t> kRows{5, 0, 90'000};

std::vector<float> Room(const DropoutShape& shape) {
  const auto lines = static_cast<int64_t>(kRows.size()) * shape.heads * shape.tokens;
  return std::vector<float>(static_cast<size_t>(lines * shape.width + 4), kUntouched);
}

class DropoutKernels : public testing::TestWithParam<DropoutShape> {};
// Vectors of tokens, a first token, attention; lines of whole and of broken words, one longer than
// a block's share.
INSTANTIATE_TEST_SUITE_P(Shapes, DropoutKernels,
                         testing::Values(DropoutShape{1, 6, 64}, DropoutShape{1, 1, 64},
                                         DropoutShape{3, 9, 9}, DropoutShape{2, 5, 4},
                                         DropoutShape{12, 37, 37}, DropoutShape{1, 2, 5000}));

TEST_P(DropoutKernels, GiveTheBitsOfTheCpu) {
  const DropoutShape shape = GetParam();
  for (const double probability : {0.1, 0.5, 0.9999999}) {
    const DropoutRate rate(probability);
    std::vector<float> expected = Room(shape);
    FillDropout(kPlace, rate, kRows, shape, expected.data());
    std::vector<float> got = Room(shape);
    LaunchDropout(HostLauncher{}, kPlace, rate, kRows.data(), static_cast<int64_t>(kRows.size()),
                  shape, got.data());
    EXPECT_EQ(got, expected);
    EXPECT_EQ(got.back(), kUntouched);
    EXPECT_NE(got[got.size() - 5], kUntouched);
  }
}

}  // namespace
}  // namespace sparsweep::core
