#include "pruning_core/models/cpu_attention.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <vector>

#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/models/precision.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kHeads = 3, kHead = 4;
using Lengths = std::vector<int64_t>;

struct Case {
  const char* name;
  Lengths tokens;
  int64_t queries;  // of each example; 0: its tokens
  int64_t keys;     // likewise, padding behind its tokens included
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

// Long: not all examples are worked on at once, in fp32 two and two and one. Short and first: all.
const Lengths kLong(5, 100), kShort(5, 7), kMixed{7, 100, 100, 100, 1, 7, 7, 3};
const Case kCases[] = {{"long", kLong, 0, 0},
                       {"short", kShort, 0, 0},
                       {"mixed", kMixed, 0, 0},
                       {"first", kLong, 1, 0},
                       {"first_mixed", kMixed, 1, 0},
                       {"places", kMixed, 110, 110},
                       {"first_of_places", kMixed, 1, 110}};

// What attention gives, then the gradients of queries, keys and values.
using Outcome = std::vector<at::Tensor>;

class CpuAttentionTest : public ::testing::TestWithParam<Case> {
 protected:
  CpuAttentionTest() : threads_(at::get_num_threads()) {
    at::manual_seed(1);
    rows_.tokens = GetParam().tokens;
    rows_.queries = Begins(GetParam().queries);
    rows_.keys = Begins(GetParam().keys);
    const auto random = [](int64_t rows) { return at::randn({rows, kHeads * kHead}, at::kDouble); };
    inputs_ = {random(rows_.queries.back()) * 3.0, random(rows_.keys.back()),
               random(rows_.keys.back())};
    upstream_ = random(rows_.queries.back());
  }
  ~CpuAttentionTest() override { SetThreads(threads_); }

  static Lengths Begins(int64_t of_each) {
    Lengths begins{0};
    for (const int64_t tokens : GetParam().tokens) {
      begins.push_back(begins.back() + (of_each == 0 ? tokens : of_each));
    }
    return begins;
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
    const at::Tensor context = attend(inputs[0], inputs[1], inputs[2], rows_);
    context.backward(upstream_.to(type));
    Outcome outcome{context.detach()};
    for (const at::Tensor& input : inputs) outcome.push_back(input.grad());
    return outcome;
  }

  Outcome Ours(at::ScalarType type) {
    return Run(type, [](const auto&... array) { return AttendOnCpu(array..., kHeads); });
  }

  AttentionRows rows_;
  std::vector<at::Tensor> inputs_;
  at::Tensor upstream_;

 private:
  int threads_;
};

// [heads, rows, head] of one example's.
at::Tensor ByHead(const at::Tensor& array, int64_t begin, int64_t rows) {
  return array.narrow(0, begin, rows).view({rows, kHeads, kHead}).transpose(0, 1);
}

at::Tensor ByFormula(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                     const AttentionRows& rows) {
  std::vector<at::Tensor> contexts;
  for (size_t i = 0; i < rows.tokens.size(); ++i) {
    const int64_t count = rows.queries[i + 1] - rows.queries[i];
    const at::Tensor scores =
        at::matmul(ByHead(queries, rows.queries[i], count),
                   ByHead(keys, rows.keys[i], rows.tokens[i]).transpose(1, 2)) /
        std::sqrt(double{kHead});
    contexts.push_back(
        at::matmul(at::softmax(scores, -1), ByHead(values, rows.keys[i], rows.tokens[i]))
            .transpose(0, 1)
            .reshape({count, kHeads * kHead}));
  }
  return at::cat(contexts);
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
