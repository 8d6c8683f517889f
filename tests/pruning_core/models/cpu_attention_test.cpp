#include "pruning_core/models/cpu_attention.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "pruning_core/kernels/parallel_for.h"

namespace sparsweep::core {
namespace {

// Long enough that not all examples are worked on at once, in fp32 two and two and one.
constexpr int64_t kBatch = 5, kTokens = 100, kHeads = 3, kHead = 4;

// What attention gives, and the gradients of queries, keys and values for a random one upstream.
struct Outcome {
  std::vector<at::Tensor> arrays;
};

class CpuAttentionTest : public ::testing::TestWithParam<bool> {
 protected:
  CpuAttentionTest() : threads_(at::get_num_threads()) {
    const auto random = [] { return at::randn({kBatch, kTokens, kHeads * kHead}, at::kDouble); };
    for (at::Tensor& input : inputs_) input = random();
    upstream_ = random();
    if (!GetParam()) return;
    padding_ = at::zeros({kBatch, 1, 1, kTokens}, at::kDouble);
    padding_.select(0, 1).slice(2, 30).fill_(-10000.0);
    padding_.select(0, 4).slice(2, 99).fill_(-10000.0);
  }
  ~CpuAttentionTest() override {
    at::set_num_threads(threads_);
    SetParallelThreads(1);
  }

  static void SetThreads(int threads) {
    at::set_num_threads(threads);
    SetParallelThreads(static_cast<size_t>(threads));
  }

  template <class Attend>
  Outcome Run(at::ScalarType type, const Attend& attend) {
    std::vector<at::Tensor> inputs;
    for (const at::Tensor& input : inputs_) {
      inputs.push_back(input.to(type, false, /*copy=*/true).requires_grad_());
    }
    const at::Tensor context = attend(inputs[0], inputs[1], inputs[2], padding_);
    context.backward(upstream_.to(type));
    Outcome outcome{{context.detach()}};
    for (const at::Tensor& input : inputs) outcome.arrays.push_back(input.grad());
    return outcome;
  }

  Outcome Ours(at::ScalarType type) {
    return Run(type, [](const auto&... array) { return AttendOnCpu(array..., kHeads); });
  }

  at::Tensor inputs_[3], upstream_, padding_;

 private:
  int threads_;
};

at::Tensor ByHead(const at::Tensor& array) {
  return array.view({kBatch, kTokens, kHeads, kHead}).transpose(1, 2);
}

at::Tensor ByFormula(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                     const at::Tensor& padding) {
  at::Tensor scores =
      at::matmul(ByHead(queries), ByHead(keys).transpose(2, 3)) / std::sqrt(double{kHead});
  if (padding.defined()) scores = scores + padding;
  return at::matmul(at::softmax(scores, -1), ByHead(values))
      .transpose(1, 2)
      .reshape(queries.sizes());
}

TEST_P(CpuAttentionTest, IsTheFormulaAndItsGradients) {
  const Outcome ours = Ours(at::kDouble);
  const Outcome formula = Run(at::kDouble, &ByFormula);
  for (size_t i = 0; i < formula.arrays.size(); ++i) {
    EXPECT_TRUE(at::allclose(ours.arrays[i], formula.arrays[i], 1e-12, 1e-12)) << i;
  }
}

TEST_P(CpuAttentionTest, InBf16OnlyRounds) {
  const Outcome ours = Ours(at::kBFloat16);
  const Outcome formula = Run(at::kDouble, &ByFormula);
  for (size_t i = 0; i < formula.arrays.size(); ++i) {
    EXPECT_EQ(ours.arrays[i].scalar_type(), at::kBFloat16);
    EXPECT_TRUE(at::allclose(ours.arrays[i].to(at::kDouble), formula.arrays[i], 0.02, 0.05)) << i;
  }
}

TEST_P(CpuAttentionTest, ThreadsChangeNoBit) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    SetThreads(1);
    const Outcome one = Ours(type);
    for (const int threads : {2, 5}) {
      SetThreads(threads);
      const Outcome more = Ours(type);
      for (size_t i = 0; i < one.arrays.size(); ++i) {
        EXPECT_TRUE(more.arrays[i].equal(one.arrays[i])) << threads << ' ' << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Padding, CpuAttentionTest, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "padded" : "whole"; });

}  // namespace
}  // namespace sparsweep::core
