#include "pruning_core/models/task_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace sparsweep::core {
namespace {

using Row = std::vector<double>;

at::Tensor Floats(const std::vector<float>& values, at::IntArrayRef shape) {
  return at::tensor(at::ArrayRef<float>(values)).view(shape);
}

at::Tensor Positions(const std::vector<int64_t>& values) {
  return at::tensor(at::ArrayRef<int64_t>(values));
}

Row Softmax(const Row& logits, double temperature) {
  Row exponentials;
  double sum = 0;
  for (const double logit : logits) {
    exponentials.push_back(std::exp(logit / temperature));
    sum += exponentials.back();
  }
  for (double& value : exponentials) value /= sum;
  return exponentials;
}

double Divergence(const Row& teacher, const Row& student, double temperature) {
  const Row p = Softmax(teacher, temperature);
  const Row q = Softmax(student, temperature);
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * std::log(p[i] / q[i]);
  return sum;
}

TEST(SquaredError, IsTheMean) {
  const at::Tensor logits = at::arange(4, at::kFloat).view({4, 1});
  EXPECT_FLOAT_EQ(SquaredError(logits, at::zeros({4}, at::kFloat)).item<float>(), 14.0F / 4.0F);
}

// Two examples of three positions: starts (1, 2, 3) and (0, 0, 4), ends (3, 1, 0) and (1, 1, 1).
const std::vector<float> kSpanLogits{1, 3, 2, 1, 3, 0, 0, 1, 0, 1, 4, 1};

double SpanValue(const std::vector<int64_t>& start, const std::vector<int64_t>& end) {
  return SpanLoss(Floats(kSpanLogits, {2, 3, 2}), Positions(start), Positions(end)).item<double>();
}

TEST(SpanLoss, IsTheMeanOfStartAndEnd) {
  const double start =
      -(std::log(Softmax({1, 2, 3}, 1)[1]) + std::log(Softmax({0, 0, 4}, 1)[2])) / 2;
  const double end = -(std::log(Softmax({3, 1, 0}, 1)[0]) + std::log(1.0 / 3)) / 2;
  EXPECT_NEAR(SpanValue({1, 2}, {0, 1}), (start + end) / 2, 1e-6);
}

TEST(SpanLoss, PositionsAreClampedAndTheOneBehindTheEndDoesNotCount) {
  const double first = -std::log(Softmax({1, 2, 3}, 1)[0]);
  const double second = -std::log(Softmax({0, 0, 4}, 1)[1]);
  const double end = -std::log(Softmax({3, 1, 0}, 1)[2]);
  EXPECT_NEAR(SpanValue({-7, 1}, {2, 3}), ((first + second) / 2 + end) / 2, 1e-6);
  EXPECT_NEAR(SpanValue({-7, 1}, {2, 900}), ((first + second) / 2 + end) / 2, 1e-6);
}

TEST(SpanLoss, IsZeroWithoutGradientWhenNoExampleCounts) {
  at::Tensor logits = Floats(kSpanLogits, {2, 3, 2}).set_requires_grad(true);
  const at::Tensor loss = SpanLoss(logits, Positions({3, 3}), Positions({5, 3}));
  EXPECT_EQ(loss.item<double>(), 0.0);
  loss.backward();
  EXPECT_EQ(logits.grad().abs().max().item<double>(), 0.0);
}

TEST(DistillationLoss, IsTheDivergenceOfTheTeacherTimesTheSquaredTemperature) {
  const at::Tensor student = Floats({1, 2, 0, 0, -1, 3}, {2, 3});
  const at::Tensor teacher = Floats({0, 2, 1, 1, 1, 1}, {2, 3});
  const double expected =
      9 * (Divergence({0, 2, 1}, {1, 2, 0}, 3) + Divergence({1, 1, 1}, {0, -1, 3}, 3)) / 2;
  EXPECT_NEAR(DistillationLoss(student, teacher, 3).item<double>(), expected, 1e-6);
  EXPECT_EQ(DistillationLoss(teacher, teacher, 3).item<double>(), 0.0);
}

TEST(DistillationLoss, OfSpansIsTheMeanOfStartAndEndOverAllPositions) {
  const at::Tensor student = Floats({1, 3, 2, 1, 3, 0}, {1, 3, 2});
  const at::Tensor teacher = Floats({0, 2, 2, 2, 1, 5}, {1, 3, 2});
  const double expected =
      4 * (Divergence({0, 2, 1}, {1, 2, 3}, 2) + Divergence({2, 2, 5}, {3, 1, 0}, 2)) / 2;
  EXPECT_NEAR(DistillationLoss(student, teacher, 2).item<double>(), expected, 1e-6);
}

// d/ds = T (softmax(s / T) - softmax(t / T)) / B.
TEST(DistillationLoss, GradientReachesTheStudentOnly) {
  const at::Tensor student = Floats({1, 2, 0, 0, -1, 3}, {2, 3}).set_requires_grad(true);
  const at::Tensor teacher = Floats({0, 2, 1, 1, 1, 1}, {2, 3}).set_requires_grad(true);
  DistillationLoss(student, teacher, 3).backward();
  const at::Tensor expected =
      3.0 / 2.0 * (at::softmax(student.detach() / 3.0, 1) - at::softmax(teacher.detach() / 3.0, 1));
  EXPECT_LT((student.grad() - expected).abs().max().item<double>(), 1e-6);
  EXPECT_FALSE(teacher.grad().defined());
}

// With one output both distributions are the same.
TEST(DistillationLoss, IsZeroForRegression) {
  const at::Tensor student = Floats({1, 2}, {2, 1});
  EXPECT_EQ(DistillationLoss(student, student + 3.0, 2).item<double>(), 0.0);
}

}  // namespace
}  // namespace sparsweep::core
