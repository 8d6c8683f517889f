// The way of devices and of dropout, on the CPU: against the CPU's own.
#include "pruning_core/models/padded_attention.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "pruning_core/models/cpu_attention.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kHeads = 3, kHidden = 12, kWidth = 9;
constexpr uint64_t kSite = 4;
const std::vector<int64_t> kLengths{4, 9, 1, 4};
const std::vector<uint32_t> kRows{7, 2, 5, 11};

PackedTokens TokensOf(const std::vector<int64_t>& lengths, int64_t width) {
  Batch batch;
  batch.input_ids = at::zeros({static_cast<int64_t>(lengths.size()), width}, at::kLong);
  batch.lengths = lengths;
  return PackedTokens(batch);
}

struct Case {
  const char* name;
  int64_t queries, keys;  // rows: one a place, token or example
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }
constexpr Case kCases[] = {{"tokens", 18, 18},
                           {"places", 36, 36},
                           {"first_of_tokens", 4, 18},
                           {"first_of_places", 4, 36},
                           {"places_of_tokens", 36, 18}};

class PaddedAttentionTest : public ::testing::TestWithParam<Case> {
 protected:
  PaddedAttentionTest() : tokens_(TokensOf(kLengths, kWidth)) {
    at::manual_seed(1);
    for (const int64_t rows : {GetParam().queries, GetParam().keys, GetParam().keys}) {
      inputs_.push_back((at::randn({rows, kHidden}, at::kDouble) * 2.0).requires_grad_());
    }
    upstream_ = at::randn(inputs_[0].sizes(), at::kDouble);
  }

  // What it gives, then the gradients of queries, keys and values.
  std::vector<at::Tensor> Outcome(const at::Tensor& context) {
    context.backward(upstream_);
    std::vector<at::Tensor> outcome{context.detach()};
    for (at::Tensor& input : inputs_) {
      outcome.push_back(input.grad());
      input.mutable_grad().reset();
    }
    return outcome;
  }

  PackedTokens tokens_;
  std::vector<at::Tensor> inputs_;
  at::Tensor upstream_;
};

TEST_P(PaddedAttentionTest, IsThatOfTheCpu) {
  const BatchDropout none({}, {}, tokens_);
  const std::vector<at::Tensor> padded =
      Outcome(AttendPadded(inputs_[0], inputs_[1], inputs_[2], tokens_, kHeads, none, kSite));
  const std::vector<at::Tensor> own = Outcome(AttendOnCpu(
      inputs_[0], inputs_[1], inputs_[2],
      {tokens_.Offsets(GetParam().queries), tokens_.Offsets(GetParam().keys), kLengths}, kHeads));
  for (size_t i = 0; i < own.size(); ++i) {
    EXPECT_TRUE(at::allclose(padded[i], own[i], 1e-12, 1e-12)) << i;
  }
}

TEST_P(PaddedAttentionTest, DropsInAnExampleWhatItDropsThereAlone) {
  const Dropout dropout{.attention = 0.4, .seed = 3, .step = 5};
  const BatchDropout active(dropout, kRows, tokens_);
  const std::vector<at::Tensor> together =
      Outcome(AttendPadded(inputs_[0], inputs_[1], inputs_[2], tokens_, kHeads, active, kSite));
  const std::vector<int64_t> queries = tokens_.Offsets(GetParam().queries);
  const std::vector<int64_t> keys = tokens_.Offsets(GetParam().keys);
  std::vector<at::Tensor> contexts;
  for (size_t i = 0; i < kLengths.size(); ++i) {
    const int64_t length = kLengths[i];
    const PackedTokens alone = TokensOf({length}, length);
    const BatchDropout own(dropout, std::span(kRows).subspan(i, 1), alone);
    // Of the queries those of padding differ: alone there is none.
    const int64_t count = std::min(queries[i + 1] - queries[i], length);
    contexts.push_back(
        AttendPadded(inputs_[0].narrow(0, queries[i], count), inputs_[1].narrow(0, keys[i], length),
                     inputs_[2].narrow(0, keys[i], length), alone, kHeads, own, kSite));
    EXPECT_TRUE(
        at::allclose(together[0].narrow(0, queries[i], count), contexts.back(), 1e-12, 1e-12))
        << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, PaddedAttentionTest, ::testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace sparsweep::core
