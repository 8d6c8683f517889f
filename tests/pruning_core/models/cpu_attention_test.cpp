#include "pruning_core/models/cpu_attention.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <vector>

#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/models/precision.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kBatch = 5, kHeads = 3, kHead = 4;

struct Case {
  const char* name;
  int64_t queries, tokens;
  bool padded;
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

// Long: not all examples are worked on at once, in fp32 two and two and one. Short and first: all.
constexpr Case kCases[] = {{"long", 100, 100, false}, {"long_padded", 100, 100, true},
                           {"short", 7, 7, false},    {"short_padded", 7, 7, true},
                           {"first", 1, 100, false},  {"first_padded", 1, 100, true}};

// What attention gives, then the gradients of queries, keys and values.
using Outcome = std::vector<at::Tensor>;

class CpuAttentionTest : public ::testing::TestWithParam<Case> {
 protected:
  CpuAttentionTest() : threads_(at::get_num_threads()) {
    at::manual_seed(1);
    const auto random = [](int64_t tokens) {
      return at::randn({kBatch, tokens, kHeads * kHead}, at::kDouble);
    };
    inputs_ = {random(GetParam().queries) * 3.0, random(GetParam().tokens),
               random(GetParam().tokens)};
    upstream_ = random(GetParam().queries);
    if (!GetParam().padded) return;
    padding_ = at::zeros({kBatch, 1, 1, GetParam().tokens}, at::kDouble);
    padding_.select(0, 1).slice(2, 3).fill_(-10000.0);
    padding_.select(0, 4).slice(2, 6).fill_(-10000.0);
  }
  ~CpuAttentionTest() override { SetThreads(threads_); }

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
    Outcome outcome{context.detach()};
    for (const at::Tensor& input : inputs) outcome.push_back(input.grad());
    return outcome;
  }

  Outcome Ours(at::ScalarType type) {
    return Run(type, [](const auto&... array) { return AttendOnCpu(array..., kHeads); });
  }

  std::vector<at::Tensor> inputs_;
  at::Tensor upstream_, padding_;

 private:
  int threads_;
};

at::Tensor ByHead(const at::Tensor& array) {
  return array.view({kBatch, array.size(1), kHeads, kHead}).transpose(1, 2);
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

void ExpectEqual(const Outcome& ours, const Outcome& other, int threads) {
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_TRUE(ours[i].equal(other[i])) << threads << " threads, array " << i;
  }
}

TEST_P(CpuAttentionTest, IsTheFormulaAndItsGradients) {
  const Outcome ours = Ours(at::kDouble);
  const Outcome formula = Run(at::kDouble, &ByFormula);
  for (size_t i = 0; i < formula.size(); ++i) {
    EXPECT_TRUE(at::allclose(ours[i], formula[i], 1e-12, 1e-12)) << i;
  }
}

// Of the same rounded inputs. Scores of up to about 16 are off by their 2^-9th part, and so are
// probabilities, by 3 percent.
TEST_P(CpuAttentionTest, InBf16OnlyRounds) {
  for (at::Tensor& input : inputs_) input = input.to(at::kBFloat16).to(at::kDouble);
  upstream_ = upstream_.to(at::kBFloat16).to(at::kDouble);
  const Outcome ours = Ours(at::kBFloat16);
  const Outcome formula = Run(at::kDouble, &ByFormula);
  for (size_t i = 0; i < formula.size(); ++i) {
    EXPECT_EQ(ours[i].scalar_type(), at::kBFloat16);
    const double error = (ours[i].to(at::kDouble) - formula[i]).abs().max().item<double>();
    EXPECT_LT(error, 0.04 * formula[i].abs().max().item<double>()) << i;
  }
}

TEST_P(CpuAttentionTest, ThreadsChangeNoBit) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    SetThreads(1);
    const Outcome one = Ours(type);
    for (const int threads : {2, 5}) {
      SetThreads(threads);
      ExpectEqual(Ours(type), one, threads);
    }
  }
}

TEST_P(CpuAttentionTest, CastsNothingOnAnyThread) {
  SetThreads(3);
  const Outcome plain = Ours(at::kFloat);
  const PrecisionScope scope(Precision::kBf16, at::kCPU);
  ExpectEqual(Ours(at::kFloat), plain, 3);
}

INSTANTIATE_TEST_SUITE_P(Shapes, CpuAttentionTest, ::testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace sparsweep::core
