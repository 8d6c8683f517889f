#include "pruning_core/data/batch.h"

#include <ATen/ops/tensor.h>

#include <stdexcept>

#include "gmock/gmock.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;

template <typename T = int64_t>
std::vector<T> Flat(const at::Tensor& tensor) {
  return std::vector<T>(tensor.data_ptr<T>(), tensor.data_ptr<T>() + tensor.numel());
}

TEST(Batch, IsPaddedToItsLongestRow) {
  Dataset dataset;
  dataset.Add({{2, 4, 3}, 3}, 1);
  dataset.Add({{2, 4, 5, 6, 4, 5, 6, 3}, 8}, 0);
  dataset.Add({{2, 5, 3, 6, 3}, 3}, 2);
  EXPECT_THAT(dataset.Lengths(), ElementsAre(3u, 8u, 5u));
  const std::vector<uint32_t> rows{2, 0};
  const Batch batch = MakeBatch(dataset, rows, 9);
  EXPECT_EQ(batch.input_ids.sizes(), at::IntArrayRef({2, 5}));
  EXPECT_THAT(Flat(batch.input_ids), ElementsAre(2, 5, 3, 6, 3, 2, 4, 3, 9, 9));
  EXPECT_THAT(Flat(batch.token_type_ids), ElementsAre(0, 0, 0, 1, 1, 0, 0, 0, 0, 0));
  EXPECT_THAT(Flat(batch.attention_mask), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1, 0, 0));
  EXPECT_THAT(Flat(batch.labels), ElementsAre(2, 1));
  EXPECT_FALSE(batch.start_positions.defined());
  EXPECT_THAT(batch.rows, ElementsAre(2u, 0u));
  EXPECT_THAT(batch.lengths, ElementsAre(5, 3));
  EXPECT_FALSE(batch.padding_counts);
}

TEST(Batch, AMaskSaysHowLongEachExampleIs) {
  const at::Tensor mask = at::tensor({1, 1, 0, 1, 1, 1, 1, 0, 0}, at::kInt).view({3, 3});
  EXPECT_THAT(TokensOfEach(mask), ElementsAre(2, 3, 1));
  for (const at::Tensor& wrong : {at::tensor({0, 0}, at::kLong), at::tensor({0, 1}, at::kLong)}) {
    EXPECT_THROW((void)TokensOfEach(wrong.view({1, 2})), std::invalid_argument);
  }
  EXPECT_THROW((void)TokensOfEach(at::tensor({1, 0, 1}, at::kLong).view({1, 3})),
               std::invalid_argument);
}

TEST(Batch, CarriesTheNumbersOfARegression) {
  Dataset dataset(TargetKind::kValue);
  dataset.AddValue({{2, 3}, 2}, 0.5f);
  dataset.AddValue({{2, 3}, 2}, -4.0f);
  const std::vector<uint32_t> rows{1, 0};
  const Batch batch = MakeBatch(dataset, rows, 0);
  EXPECT_EQ(batch.labels.scalar_type(), at::kFloat);
  EXPECT_THAT(Flat<float>(batch.labels), ElementsAre(-4.0f, 0.5f));
}

TEST(Batch, CarriesStartAndEndOfSpans) {
  Dataset dataset(TargetKind::kSpan);
  dataset.AddSpan({{2, 4, 3, 5, 6, 3}, 3}, {3, 4});
  dataset.AddSpan({{2, 4, 3, 5, 3}, 3}, {0, 0});
  const std::vector<uint32_t> rows{1, 0};
  const Batch batch = MakeBatch(dataset, rows, 0);
  EXPECT_FALSE(batch.labels.defined());
  EXPECT_THAT(Flat(batch.start_positions), ElementsAre(0, 3));
  EXPECT_THAT(Flat(batch.end_positions), ElementsAre(0, 4));
}

}  // namespace
}  // namespace sparsweep::core
