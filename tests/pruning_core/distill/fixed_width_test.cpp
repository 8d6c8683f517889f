#include "pruning_core/distill/fixed_width.h"

#include <gtest/gtest.h>

namespace sparsweep::core {
namespace {

TEST(FixedWidthTest, PadsWithPaddingOnly) {
  Dataset dataset(TargetKind::kSpan);
  dataset.AddSpan({.ids = {2, 7, 3, 8, 3}, .second_begin = 3}, {3, 3});
  const std::vector<uint32_t> rows{0};
  const Batch batch = PadTo(MakeBatch(dataset, rows, 9), 7, 9);
  const auto row = [](const at::Tensor& tensor) {
    return std::vector<int64_t>(tensor.const_data_ptr<int64_t>(),
                                tensor.const_data_ptr<int64_t>() + tensor.numel());
  };
  EXPECT_EQ(row(batch.input_ids), (std::vector<int64_t>{2, 7, 3, 8, 3, 9, 9}));
  EXPECT_EQ(row(batch.token_type_ids), (std::vector<int64_t>{0, 0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(row(batch.attention_mask), (std::vector<int64_t>{1, 1, 1, 1, 1, 0, 0}));
  EXPECT_EQ(row(batch.start_positions), (std::vector<int64_t>{3}));
  EXPECT_EQ(batch.lengths, (std::vector<int64_t>{5}));
  EXPECT_TRUE(batch.padding_counts);
  EXPECT_TRUE(PadTo(MakeBatch(dataset, rows, 9), 5, 9).padding_counts);
}

TEST(FixedWidthTest, ZeroLeavesTheBatch) {
  Dataset dataset;
  dataset.Add({.ids = {2, 7, 3}, .second_begin = 3}, 1);
  const std::vector<uint32_t> rows{0};
  const Batch batch = PadTo(MakeBatch(dataset, rows, 0), 0, 0);
  EXPECT_EQ(batch.input_ids.size(1), 3);
  EXPECT_FALSE(batch.padding_counts);
}

}  // namespace
}  // namespace sparsweep::core
