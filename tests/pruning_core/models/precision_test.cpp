#include "pruning_core/models/precision.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "pruning_core/models/bert_model.h"
#include "pruning_core/models/model_loader.h"

namespace sparsweep::core {
namespace {

const BertConfig kConfig{40, 12, 3, 3, 24, 16, 2, 1e-12, 0};

class Bf16 : public ::testing::Test {
 protected:
  Bf16() {
    at::set_num_threads(1);
    for (Parameter& parameter : model_.parameters()) {
      InitializeNormal(parameter, 5);
      parameter.value.mul_(10.0);
      parameter.value.set_requires_grad(true);
    }
    batch_.input_ids = at::arange(1, 22, at::kLong).view({3, 7});
    batch_.token_type_ids = at::zeros({3, 7}, at::kLong);
    batch_.attention_mask = at::ones({3, 7}, at::kLong);
    batch_.attention_mask.select(1, 6).zero_();
    batch_.rows = {0, 1, 2};
  }

  struct Pass {
    at::Tensor logits;
    at::Tensor gradient;  // of the last prunable matrix
  };
  Pass Run(Precision precision, const Dropout& dropout = {}) {
    model_.ComputeIn(precision);
    const at::Tensor logits = model_.Logits(batch_, dropout);
    (logits * logits).sum().backward();
    at::Tensor weight = Matrix();
    Pass pass{logits.detach(), weight.grad().clone()};
    for (Parameter& parameter : model_.parameters()) parameter.value.mutable_grad().reset();
    return pass;
  }
  at::Tensor Matrix() {
    at::Tensor last;
    for (Parameter& parameter : model_.parameters()) {
      if (parameter.role == ParameterRole::kPrunable) last = parameter.value;
    }
    return last;
  }
  static double Apart(const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).norm() / b.norm()).item<double>();
  }

  BertModel model_{kConfig, 2, Pooling::kMean, Head::kClassification, 4};
  Batch batch_;
};

// A bf16 has 8 bits: a relative error of 2^-9 in each operand and result.
constexpr double kRounding = 1.0 / 512;

TEST_F(Bf16, IsFp32ButForRounding) {
  for (const double attention : {0.0, 0.5}) {
    const Dropout dropout{.attention = attention};
    const Pass exact = Run(Precision::kFp32, dropout);
    const Pass rounded = Run(Precision::kBf16, dropout);
    EXPECT_EQ(rounded.logits.scalar_type(), at::kFloat);
    EXPECT_EQ(rounded.gradient.scalar_type(), at::kFloat);
    EXPECT_LT(Apart(rounded.logits, exact.logits), 8 * kRounding);
    EXPECT_LT(Apart(rounded.gradient, exact.gradient), 16 * kRounding);
    EXPECT_GT(Apart(rounded.logits, exact.logits), 0.01 * kRounding);
  }
}

// Of a little padding bf16 computes what fp32 leaves out, of much of it nothing.
TEST_F(Bf16, IsFp32ButForRoundingWithMuchPadding) {
  batch_.attention_mask[1].slice(0, 2).zero_();
  const Pass exact = Run(Precision::kFp32);
  const Pass rounded = Run(Precision::kBf16);
  EXPECT_LT(Apart(rounded.logits, exact.logits), 8 * kRounding);
  EXPECT_LT(Apart(rounded.gradient, exact.gradient), 16 * kRounding);
}

TEST_F(Bf16, SeesTheWeightsOfEachStep) {
  const Pass before = Run(Precision::kBf16);
  {
    const at::NoGradGuard no_grad;
    Matrix().mul_(1.5);
  }
  EXPECT_GT(Apart(Run(Precision::kBf16).logits, before.logits), kRounding);
}

TEST_F(Bf16, EndsWithTheForwardPass) {
  Run(Precision::kBf16);
  EXPECT_FALSE(at::autocast::is_autocast_enabled(at::kCPU));
  const Pass first = Run(Precision::kFp32);
  EXPECT_EQ(Apart(Run(Precision::kFp32).logits, first.logits), 0.0);
}

TEST(Precision, AutoIsBf16WhereItIsFast) {
  EXPECT_EQ(ResolvePrecision("auto", at::Device("cuda:1")), Precision::kBf16);
  EXPECT_EQ(ResolvePrecision("fp32", at::Device("cuda")), Precision::kFp32);
  EXPECT_EQ(ResolvePrecision("bf16", at::kCPU), Precision::kBf16);
  // Of auto and bf16 one is worth a word on every machine, and fp32 never.
  EXPECT_NE(PrecisionWarning("auto", at::kCPU).has_value(),
            PrecisionWarning("bf16", at::kCPU).has_value());
  EXPECT_FALSE(PrecisionWarning("fp32", at::kCPU));
  const bool fast = ResolvePrecision("auto", at::kCPU) == Precision::kBf16;
  EXPECT_EQ(PrecisionWarning("auto", at::kCPU).has_value(), fast);
}

}  // namespace
}  // namespace sparsweep::core
