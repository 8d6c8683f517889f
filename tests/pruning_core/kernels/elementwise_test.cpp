#include "pruning_core/kernels/elementwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace sparsweep::core {
namespace {

std::vector<float> Wave(int64_t size) {
  std::vector<float> values(static_cast<size_t>(size));
  for (size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<float>(i) * 1.7F) * 3;
  return values;
}

// Sizes around the widths of the inner loops.
class Elementwise : public testing::TestWithParam<int64_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, Elementwise, testing::Values(0, 1, 7, 8, 9, 63, 64, 100));

TEST_P(Elementwise, MaskKeepsWhereTheBitIsSet) {
  const int64_t size = GetParam();
  const std::vector<float> in = Wave(size);
  const std::vector<uint8_t> mask(static_cast<size_t>(size / 8 + 1), 0b01100101);
  std::vector<float> out(in.size(), 9.0F);
  ApplyMask(mask.data(), in.data(), size, out.data());
  for (size_t i = 0; i < in.size(); ++i) {
    EXPECT_EQ(out[i], ((0b01100101 >> (i % 8)) & 1) != 0 ? in[i] : 0.0F) << i;
  }
}

TEST_P(Elementwise, SquaredNormIsTheSumOfSquares) {
  const std::vector<float> values = Wave(GetParam());
  double expected = 0.0;
  for (const float value : values) expected += static_cast<double>(value) * value;
  EXPECT_NEAR(SquaredNorm(values.data(), GetParam()), expected, 1e-12 * (1.0 + expected));
}

TEST_P(Elementwise, PenaltyGradientIsTheSlopeOfTheSigmoid) {
  const std::vector<float> scores = Wave(GetParam());
  std::vector<float> gradient(scores.size(), 1.0F);
  const double shift = 0.75;
  const double sum = AddSigmoidPenalty(scores.data(), 0.75F, 0.5F, GetParam(), gradient.data());
  double expected_sum = 0.0;
  for (size_t i = 0; i < scores.size(); ++i) {
    const auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    const double x = scores[i] + shift;
    const double slope = (sigmoid(x + 1e-5) - sigmoid(x - 1e-5)) / 2e-5;
    EXPECT_NEAR(gradient[i], 1.0 + 0.5 * slope, 1e-6);
    expected_sum += sigmoid(x);
  }
  EXPECT_NEAR(sum, expected_sum, 1e-6 * (1.0 + expected_sum));
}

TEST_P(Elementwise, OneValueThatIsNotFiniteIsFoundAnywhere) {
  std::vector<float> values = Wave(GetParam());
  EXPECT_TRUE(AllFinite(values.data(), GetParam()));
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
    for (float& value : values) {
      const float before = std::exchange(value, bad);
      EXPECT_FALSE(AllFinite(values.data(), GetParam()));
      value = before;
    }
  }
  for (float& value : values) value = std::numeric_limits<float>::max();
  EXPECT_TRUE(AllFinite(values.data(), GetParam()));
}

}  // namespace
}  // namespace sparsweep::core
