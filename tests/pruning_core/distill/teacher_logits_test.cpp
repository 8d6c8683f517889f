#include "pruning_core/distill/teacher_logits.h"

#include <ATen/ops/arange.h>
#include <gtest/gtest.h>

namespace sparsweep::core {
namespace {

std::vector<float> Flat(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

Encoding Tokens(size_t count) { return {.ids = std::vector<int32_t>(count, 5), .second_begin = 1}; }

TEST(TeacherLogitsTest, ClassesStandByRow) {
  Dataset dataset;
  for (int row = 0; row < 3; ++row) dataset.Add(Tokens(4), 0);
  const LogitLayout layout(dataset, 2, 0);
  EXPECT_EQ(layout.size(), 6);
  const TeacherLogits logits(layout, at::arange(6, at::kFloat));
  const std::vector<uint32_t> rows{2, 0};
  const at::Tensor of = logits.Of(rows, 99);
  EXPECT_EQ(of.sizes(), at::IntArrayRef({2, 2}));
  EXPECT_EQ(Flat(of), (std::vector<float>{4, 5, 0, 1}));
}

TEST(TeacherLogitsTest, PositionsStandByTokenAndAreFilledUp) {
  Dataset dataset(TargetKind::kSpan);
  dataset.AddSpan(Tokens(1), {});
  dataset.AddSpan(Tokens(2), {});
  const LogitLayout layout(dataset, 0, 0);
  EXPECT_EQ(layout.size(), 6);
  const TeacherLogits logits(layout, at::arange(6, at::kFloat));
  const std::vector<uint32_t> rows{0, 1};
  const at::Tensor of = logits.Of(rows, 2);
  EXPECT_EQ(of.sizes(), at::IntArrayRef({2, 2, 2}));
  EXPECT_EQ(Flat(of), (std::vector<float>{0, 1, 0, 0, 2, 3, 4, 5}));
}

TEST(TeacherLogitsTest, FixedPositionsCountForEveryRow) {
  Dataset dataset(TargetKind::kSpan);
  dataset.AddSpan(Tokens(1), {});
  const LogitLayout layout(dataset, 0, 3);
  EXPECT_EQ(layout.size(), 6);
  EXPECT_EQ(layout.Groups(0), 3);
}

}  // namespace
}  // namespace sparsweep::core
