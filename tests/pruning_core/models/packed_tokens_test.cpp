#include "pruning_core/models/packed_tokens.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparsweep::core {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kWidth = 4;

Batch BatchOf(const std::vector<int64_t>& lengths) {
  Batch batch;
  const auto examples = static_cast<int64_t>(lengths.size());
  batch.input_ids = at::zeros({examples, kWidth}, at::kLong);
  batch.attention_mask = at::zeros({examples, kWidth}, at::kLong);
  for (int64_t i = 0; i < examples; ++i) {
    batch.attention_mask[i].slice(0, 0, lengths[static_cast<size_t>(i)]).fill_(1);
  }
  return batch;
}

// Row j of `rows` is (2 j + 1, 2 j + 2).
at::Tensor Numbered(int64_t rows) {
  return at::arange(1, 2 * rows + 1, at::kFloat).view({rows, 2}).requires_grad_();
}

at::Tensor RowsOf(const at::Tensor& array, at::IntArrayRef rows) {
  return array.detach().index_select(0, at::tensor(rows));
}

TEST(PackedTokens, CountsAndPlacesThem) {
  const PackedTokens tokens(BatchOf({2, 4, 1}));
  EXPECT_EQ(tokens.count(), 7);
  EXPECT_TRUE(tokens.padded());
  EXPECT_TRUE(tokens.places().equal(at::tensor({0, 1, 4, 5, 6, 7, 8}, at::kLong)));
  EXPECT_THAT(tokens.Offsets(7), ElementsAre(0, 2, 6, 7));
  EXPECT_THAT(tokens.Offsets(12), ElementsAre(0, 4, 8, 12));
  EXPECT_THAT(tokens.Offsets(3), ElementsAre(0, 1, 2, 3));
  EXPECT_TRUE(tokens.padding_scores().flatten().eq(0).equal(
      at::tensor({1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0}).to(at::kBool)));
}

TEST(PackedTokens, LengthsOfTheBatchComeBeforeItsMask) {
  Batch batch = BatchOf({4, 4});
  batch.lengths = {1, 3};
  EXPECT_THAT(PackedTokens(batch).Offsets(4), ElementsAre(0, 1, 4));
}

TEST(PackedTokens, PackingTakesTheTokensAndTheirGradients) {
  const PackedTokens tokens(BatchOf({2, 4, 1}));
  const at::Tensor places = Numbered(12);
  const at::Tensor packed = tokens.Pack(places);
  EXPECT_TRUE(packed.equal(RowsOf(places, {0, 1, 4, 5, 6, 7, 8})));
  EXPECT_TRUE(tokens.Pack(packed).is_same(packed));
  packed.backward(Numbered(7).detach());
  const at::Tensor gradient = places.grad();
  EXPECT_TRUE(tokens.Pack(gradient).equal(Numbered(7)));
  EXPECT_EQ(gradient.sum().item<float>(), Numbered(7).sum().item<float>()) << "0 elsewhere";
}

TEST(PackedTokens, ByExamplePutsZeroOnPadding) {
  const PackedTokens tokens(BatchOf({2, 4, 1}));
  const at::Tensor packed = Numbered(7);
  const at::Tensor padded = tokens.ByExample(packed);
  EXPECT_EQ(padded.sizes(), at::IntArrayRef({3, kWidth, 2}));
  EXPECT_TRUE(tokens.FromExamples(padded, 7).equal(packed));
  EXPECT_EQ(padded.sum().item<float>(), packed.sum().item<float>()) << "0 elsewhere";
  const at::Tensor upstream = Numbered(12).detach();
  padded.backward(upstream.view({3, kWidth, 2}));
  EXPECT_TRUE(packed.grad().equal(tokens.Pack(upstream)));
}

TEST(PackedTokens, FirstIsThatOfEachExample) {
  const PackedTokens tokens(BatchOf({2, 4, 1}));
  EXPECT_TRUE(tokens.First(Numbered(12)).equal(RowsOf(Numbered(12), {0, 4, 8})));
  const at::Tensor packed = Numbered(7);
  const at::Tensor first = tokens.First(packed);
  EXPECT_TRUE(first.equal(RowsOf(packed, {0, 2, 6})));
  first.backward(Numbered(3).detach());
  EXPECT_TRUE(tokens.First(packed.grad()).equal(Numbered(3)));
  EXPECT_EQ(packed.grad().sum().item<float>(), Numbered(3).sum().item<float>());
}

TEST(PackedTokens, WithoutPaddingNothingMoves) {
  const PackedTokens tokens(BatchOf({4, 4}));
  const at::Tensor rows = Numbered(8);
  EXPECT_FALSE(tokens.padded());
  EXPECT_FALSE(tokens.padding_scores().defined());
  EXPECT_TRUE(tokens.Pack(rows).is_same(rows));
  EXPECT_EQ(tokens.ByExample(rows).const_data_ptr(), rows.const_data_ptr());
  EXPECT_EQ(tokens.FromExamples(tokens.ByExample(rows), 8).const_data_ptr(), rows.const_data_ptr());
  EXPECT_THAT(tokens.Offsets(8), ElementsAre(0, 4, 8));
}

}  // namespace
}  // namespace sparsweep::core
