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
  const auto examples = static_cast<int64_t>(kRows.size());
  const int64_t tokens = shape.starts != nullptr ? shape.starts[examples] : examples * shape.tokens;
  const auto size = static_cast<size_t>(tokens * shape.heads * shape.width + 4);
  return std::vector<float>(size, kUntouched);
}

// Where the tokens of examples of different lengths begin, and of such of one length.
constexpr int64_t kStarts[] = {0, 2, 9, 10};
constexpr int64_t kEvenStarts[] = {0, 6, 12, 18};

class DropoutKernels : public testing::TestWithParam<DropoutShape> {};
// Vectors of tokens, padded and not, a first token, attention; lines of whole and of broken words,
// one longer than a block's share.
INSTANTIATE_TEST_SUITE_P(Shapes, DropoutKernels,
                         testing::Values(DropoutShape{1, 6, 64}, DropoutShape{1, 1, 64},
                                         DropoutShape{1, 7, 64, kStarts},
                                         DropoutShape{2, 8, 5, kStarts},
                                         DropoutShape{1, 7, 1030, kStarts}, DropoutShape{3, 9, 9},
                                         DropoutShape{2, 5, 4}, DropoutShape{12, 37, 37},
                                         DropoutShape{1, 2, 5000}));

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

TEST(FillDropout, StartsOfEvenExamplesChangeNothing) {
  const DropoutShape even{2, 6, 9};
  const DropoutShape with_starts{2, 6, 9, kEvenStarts};
  std::vector<float> expected = Room(even);
  FillDropout(kPlace, DropoutRate(0.5), kRows, even, expected.data());
  std::vector<float> got = Room(with_starts);
  FillDropout(kPlace, DropoutRate(0.5), kRows, with_starts, got.data());
  EXPECT_EQ(got, expected);
}

}  // namespace
}  // namespace sparsweep::core
