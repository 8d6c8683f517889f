#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "pruning_core/kernels/dropout_factors.h"
#include "pruning_core/models/batch_dropout.h"
#include "pruning_core/models/bert_model.h"
#include "pruning_core/models/model_loader.h"

namespace sparsweep::core {
namespace {

using Rows = std::vector<uint32_t>;

std::vector<float> Line(uint64_t key, double probability, size_t size) {
  std::vector<float> line(size, -1.0F);
  FillDropoutLine(key, DropoutRate(probability), line);
  return line;
}

TEST(DropoutLine, DropsTheShareAskedForAndKeepsTheMean) {
  constexpr size_t kSize = 400'000;
  const std::vector<float> line = Line(3, 0.1, kSize);
  const auto dropped = static_cast<double>(std::ranges::count(line, 0.0F));
  EXPECT_NEAR(dropped / kSize, 0.1, 0.002);  // 4 σ
  double sum = 0;
  for (const float factor : line) sum += static_cast<double>(factor);
  EXPECT_NEAR(sum / kSize, 1.0, 0.003);
  EXPECT_NEAR(DropoutRate(0.1).Factor(65535), 1.0 / 0.9, 1e-5);
}

TEST(DropoutLine, NeighboursAreIndependent) {
  constexpr size_t kSize = 400'000;
  const std::vector<float> line = Line(9, 0.5, kSize);
  for (const size_t distance : {1u, 2u, 3u, 4u, 256u}) {
    double both = 0;
    for (size_t i = 0; i + distance < kSize; ++i) {
      if (line[i] == 0.0F && line[i + distance] == 0.0F) ++both;
    }
    EXPECT_NEAR(both / kSize, 0.25, 0.003) << distance;
  }
}

TEST(DropoutLine, ALongerLineStartsTheSame) {
  const std::vector<float> longest = Line(5, 0.5, 700);
  for (const size_t size : {1u, 3u, 4u, 255u, 256u, 257u, 511u}) {
    EXPECT_TRUE(std::ranges::equal(Line(5, 0.5, size), std::span(longest).first(size))) << size;
  }
}

TEST(DropoutLine, RatesAtTheEnds) {
  EXPECT_THAT(Line(5, 0.0, 100), ::testing::Each(1.0F));
  EXPECT_EQ(DropoutRate(0.9999999).threshold(), 65535u);
  EXPECT_EQ(DropoutRate(0.9999999).Factor(65535), 65536.0F);
}

const Dropout kDropout{.hidden = 0.3, .attention = 0.3, .seed = 11, .step = 7};
constexpr uint64_t kSite = 4;
constexpr int64_t kWidth = 8;

// Examples of so many tokens, padded to the longest.
PackedTokens TokensOf(const std::vector<int64_t>& lengths) {
  Batch batch;
  batch.input_ids = at::zeros({static_cast<int64_t>(lengths.size()), std::ranges::max(lengths)});
  batch.lengths = lengths;
  return PackedTokens(batch);
}

// What is dropped of `count` rows of ones, [count, kWidth].
at::Tensor Factors(const Rows& rows, const std::vector<int64_t>& lengths, int64_t count,
                   const Dropout& dropout = kDropout, uint64_t site = kSite) {
  const PackedTokens tokens = TokensOf(lengths);
  return BatchDropout(dropout, rows, tokens).Hidden(at::ones({count, kWidth}), site);
}

at::Tensor AttentionFactors(const Rows& rows, at::IntArrayRef shape) {
  const PackedTokens tokens = TokensOf(std::vector<int64_t>(rows.size(), shape[3]));
  return BatchDropout(kDropout, rows, tokens).Attention(at::ones(shape), kSite);
}

TEST(BatchDropout, AnExampleIsTreatedTheSameInAnyBatch) {
  const at::Tensor alone = Factors({5}, {6}, 6);
  const at::Tensor packed = Factors({2, 5, 9}, {4, 6, 10}, 20);
  EXPECT_TRUE(packed.slice(0, 4, 10).equal(alone));
  EXPECT_FALSE(packed.slice(0, 0, 4).equal(packed.slice(0, 4, 8)));
  const at::Tensor padded = Factors({2, 5, 9}, {4, 6, 10}, 30);
  EXPECT_TRUE(padded.slice(0, 0, 4).equal(packed.slice(0, 0, 4)));
  EXPECT_TRUE(padded.slice(0, 10, 16).equal(alone));
  EXPECT_TRUE(padded.slice(0, 20, 30).equal(packed.slice(0, 10, 20)));
  const at::Tensor attention = AttentionFactors({5}, {1, 3, 6, 6});
  const at::Tensor wider = AttentionFactors({2, 5}, {2, 3, 9, 9});
  EXPECT_TRUE(wider[1].slice(1, 0, 6).slice(2, 0, 6).equal(attention[0]));
  EXPECT_FALSE(attention[0][0].equal(attention[0][1])) << "heads differ";
}

TEST(BatchDropout, TheFirstTokenAloneIsTreatedTheSame) {
  const at::Tensor packed = Factors({5, 3}, {6, 4}, 10);
  const at::Tensor firsts = Factors({5, 3}, {6, 4}, 2);
  EXPECT_TRUE(firsts[0].equal(packed[0]));
  EXPECT_TRUE(firsts[1].equal(packed[6]));
  EXPECT_TRUE(AttentionFactors({5}, {1, 3, 1, 6})
                  .equal(AttentionFactors({5}, {1, 3, 6, 6}).slice(2, 0, 1)));
}

TEST(BatchDropout, StepsAndSitesDiffer) {
  const at::Tensor factors = Factors({5}, {6}, 6);
  EXPECT_TRUE(factors.equal(Factors({5}, {6}, 6)));
  Dropout later = kDropout;
  later.step += 1;
  EXPECT_FALSE(factors.equal(Factors({5}, {6}, 6, later)));
  EXPECT_FALSE(factors.equal(Factors({5}, {6}, 6, kDropout, kSite + 1)));
}

TEST(BatchDropout, NeedsTheRowsOnlyWhereItDrops) {
  const PackedTokens tokens = TokensOf({3, 3});
  const at::Tensor ones = at::ones({6, 4});
  EXPECT_TRUE(BatchDropout({}, {}, tokens).Hidden(ones, 0).is_same(ones));
  const BatchDropout active({.hidden = 0.1}, {}, tokens);
  EXPECT_THROW((void)active.Hidden(ones, 0), std::invalid_argument);
  const at::Tensor probabilities = at::ones({2, 1, 3, 3});
  EXPECT_TRUE(active.Attention(probabilities, 0).is_same(probabilities));
}

class ModelDropout : public ::testing::Test {
 protected:
  void SetUp() override {
    for (BertModel* model : {&model_, &first_token_}) {
      for (Parameter& parameter : model->parameters()) {
        InitializeNormal(parameter, 5);
        parameter.value.mul_(10.0);
      }
    }
    batch_.input_ids = at::ones({2, 5}, at::kLong);
    batch_.input_ids[1].mul_(7);
    batch_.token_type_ids = at::zeros_like(batch_.input_ids);
    batch_.attention_mask = at::ones_like(batch_.input_ids);
    batch_.rows = {3, 8};
  }

  BertModel model_{{40, 12, 3, 3, 24, 16, 2, 1e-12, 0}, 2, Pooling::kCls, Head::kSpan, 0};
  BertModel first_token_{
      {40, 12, 3, 3, 24, 16, 2, 1e-12, 0}, 2, Pooling::kCls, Head::kClassification, 4};
  Batch batch_;
};

TEST_F(ModelDropout, EachKindChangesTheLogitsAndInferenceKnowsNone) {
  const at::Tensor plain = model_.Logits(batch_);
  EXPECT_TRUE(plain.equal(model_.InferLogits(batch_)));
  const at::Tensor hidden = model_.Logits(batch_, {.hidden = 0.2, .seed = 1, .step = 2});
  const at::Tensor attention = model_.Logits(batch_, {.attention = 0.2, .seed = 1, .step = 2});
  EXPECT_FALSE(plain.equal(hidden));
  EXPECT_FALSE(plain.equal(attention));
  EXPECT_FALSE(hidden.equal(attention));
  EXPECT_TRUE(hidden.equal(model_.Logits(batch_, {.hidden = 0.2, .seed = 1, .step = 2})));
  EXPECT_FALSE(hidden.equal(model_.Logits(batch_, {.hidden = 0.2, .seed = 2, .step = 2})));
}

TEST_F(ModelDropout, PaddingDoesNotChangeWhatIsDropped) {
  const Dropout dropout{.hidden = 0.2, .attention = 0.2, .seed = 1, .step = 2};
  const at::Tensor zeros = at::zeros({2, 4}, at::kLong);
  Batch padded = batch_;
  padded.input_ids = at::cat({batch_.input_ids, zeros}, 1);
  padded.token_type_ids = at::cat({batch_.token_type_ids, zeros}, 1);
  padded.attention_mask = at::cat({batch_.attention_mask, zeros}, 1);
  const at::Tensor narrow = model_.Logits(batch_, dropout);
  const at::Tensor wide = model_.Logits(padded, dropout).slice(1, 0, 5);
  EXPECT_LT((narrow - wide).abs().max().item<double>(), 1e-5);
  const at::Tensor pooled = first_token_.Logits(batch_, dropout);
  EXPECT_FALSE(pooled.equal(first_token_.Logits(batch_)));
  EXPECT_LT((pooled - first_token_.Logits(padded, dropout)).abs().max().item<double>(), 1e-5);
}

}  // namespace
}  // namespace sparsweep::core
