#include "pruning_core/methods/l0.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "pruning_core/kernels/counter_stream.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kSize = 1100;  // more than two strips, not a multiple of one

struct Matrix {
  std::vector<float> weights, scores, upstream;
  BitMask mask{kSize, true};

  Matrix() {
    for (int64_t i = 0; i < kSize; ++i) {
      const auto x = static_cast<float>(i);
      weights.push_back(std::sin(x) + 1.5F);
      scores.push_back(4.0F * std::sin(x * 0.37F));
      upstream.push_back(std::cos(x * 0.11F));
    }
  }
  [[nodiscard]] MatrixSlice Slice(int64_t begin = 0, int64_t size = kSize) const {
    return {2,
            begin,
            size,
            upstream.data() + begin,
            weights.data() + begin,
            scores.data() + begin,
            mask.From(begin)};
  }
  void Select(L0& method, const Moment& moment) {
    const MatrixView view{"matrix", weights, scores};
    method.Select(moment, std::span(&view, 1), std::span(&mask, 1));
  }
};

std::vector<float> Working(const L0& method, const Matrix& matrix) {
  std::vector<float> working(kSize);
  method.Working(matrix.Slice(), working.data());
  return working;
}

double Gate(double score) { return std::clamp(1.2 / (1.0 + std::exp(-score)) - 0.1, 0.0, 1.0); }

TEST(L0, KeepsTheScoresWhoseGateIsOpen) {
  L0 method(L0::Draw::kPerStep, 1);
  Matrix matrix;
  matrix.scores[0] = -2.39795F;
  matrix.scores[1] = -2.39785F;
  matrix.Select(method, {0, 1.0, false});
  for (int64_t i = 0; i < kSize; ++i) {
    EXPECT_EQ(matrix.mask.Get(i), matrix.scores[static_cast<size_t>(i)] > -2.3979F) << i;
  }
  EXPECT_FALSE(matrix.mask.Get(0));
  EXPECT_TRUE(matrix.mask.Get(1));
}

TEST(L0, GateNoiseDoesNotDependOnHowAMatrixIsCut) {
  for (const auto draw : {L0::Draw::kPerStep, L0::Draw::kPerForward}) {
    const L0 method(draw, 9);
    const Matrix matrix;
    const std::vector<float> whole = Working(method, matrix);
    std::vector<float> parts(kSize);
    method.Working(matrix.Slice(0, 104), parts.data());
    method.Working(matrix.Slice(104, kSize - 104), parts.data() + 104);
    EXPECT_EQ(whole, parts);
  }
}

TEST(L0, ReferenceNoiseIsTheRecordedRuns) {
  GateNoise noise{25, 3};
  std::vector<float> u(4);
  noise.FillReference(7, 40, 4, u.data());
  const uint64_t key = (25ULL << 48) | (3ULL << 32) | (7ULL << 24) | 42ULL;
  EXPECT_EQ(u[2], static_cast<float>(Mix(key) >> 40) / 16777216.0F);
}

TEST(L0, NoiseIsUniformAndDiffersByStepMatrixAndElement) {
  constexpr int64_t kDraws = 100001;
  std::vector<float> u(kDraws), other(kDraws);
  GateNoise{1, 5}.Fill(3, 0, kDraws, u.data());
  double sum = 0, squares = 0;
  for (const float value : u) {
    ASSERT_GE(value, 0.0F);
    ASSERT_LT(value, 1.0F);
    sum += value;
    squares += double{value} * value;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3.0, 0.005);
  const auto correlation = [&] {
    double product = 0;
    for (size_t i = 0; i < u.size(); ++i) product += (u[i] - 0.5) * (other[i] - 0.5);
    return product / kDraws * 12.0;
  };
  for (const auto& [seed, step, matrix] : {std::array{2, 5, 3}, {1, 6, 3}, {1, 5, 4}}) {
    GateNoise{static_cast<uint64_t>(seed), static_cast<uint64_t>(step)}.Fill(matrix, 0, kDraws,
                                                                             other.data());
    EXPECT_NEAR(correlation(), 0.0, 0.02) << seed << step << matrix;
  }
}

TEST(L0, GradientsFollowTheDraw) {
  L0 method(L0::Draw::kPerStep, 4);
  Matrix matrix;
  matrix.Select(method, {17, 1.0, false});
  std::vector<float> gw(kSize), gs(kSize);
  method.Gradients(matrix.Slice(), gw.data(), gs.data());
  const std::vector<float> working = Working(method, matrix);
  const std::vector<float> before = matrix.scores;
  const auto shifted = [&](float by) {
    for (size_t i = 0; i < before.size(); ++i) matrix.scores[i] = before[i] + by;
    return Working(method, matrix);
  };
  const std::vector<float> up = shifted(1e-2F);
  const std::vector<float> down = shifted(-1e-2F);
  size_t moving = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_NEAR(gw[i], matrix.upstream[i] * working[i] / matrix.weights[i], 1e-5);
    const float slope = (up[i] - down[i]) / 2e-2F;
    const auto clamped = [&](float value) { return value == 0.0F || value == matrix.weights[i]; };
    if (clamped(up[i]) != clamped(down[i])) continue;  // a kink between the two
    EXPECT_NEAR(gs[i], matrix.upstream[i] * slope, 5e-3) << i;
    if (slope != 0.0F) ++moving;
  }
  EXPECT_GT(moving, 200u);
}

TEST(L0, PenaltyIsTheProbabilityOfAnOpenGate) {
  const L0 method(L0::Draw::kPerStep, 1);
  const std::vector<float> scores{-3.0F, 0.0F, 2.0F};
  std::vector<float> gradient(3, 1.0F);
  const double sum = method.AddPenalty(scores.data(), 2.0F, 3, gradient.data());
  double expected = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    const double p = 1.0 / (1.0 + std::exp(-scores[i] - 1.598597));
    expected += p;
    EXPECT_NEAR(gradient[i], 1.0 + 2.0 * p * (1.0 - p), 1e-6);
  }
  EXPECT_NEAR(sum, expected, 1e-6);
}

// After a rank cut: no noise, the mask rules, and what it keeps is not 0.
TEST(L0, ARankCutTrainsTheGatesThatAreEvaluated) {
  L0 method(L0::Draw::kPerStep, 1);
  Matrix matrix;
  matrix.Select(method, {0, 1.0, false, true});
  matrix.mask.Fill(false);
  matrix.mask.SetBlock(1, 0xFF);
  matrix.scores[65] = -9.0F;  // kept by the cut though its gate would be closed
  const std::vector<float> working = Working(method, matrix);
  std::vector<float> evaluation(kSize), gw(kSize), gs(kSize);
  method.EvaluationWorking(matrix.Slice(), evaluation.data());
  method.Gradients(matrix.Slice(), gw.data(), gs.data());
  EXPECT_EQ(working, evaluation);
  for (size_t i = 0; i < working.size(); ++i) {
    const bool kept = i >= 64 && i < 72;
    EXPECT_EQ(working[i] != 0.0F, kept) << i;
    const double z = kept ? Gate(std::max(matrix.scores[i], -2.2F)) : 0.0;
    EXPECT_NEAR(working[i], z * matrix.weights[i], 1e-6);
    EXPECT_NEAR(gw[i], z * matrix.upstream[i], 1e-6);
    if (!kept) {
      EXPECT_EQ(gs[i], 0.0F);
    }
  }
}

}  // namespace
}  // namespace sparsweep::core
