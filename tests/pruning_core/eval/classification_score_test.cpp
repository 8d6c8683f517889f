#include "pruning_core/eval/classification_score.h"

#include "ATen/ops/tensor.h"
#include "gtest/gtest.h"

namespace sparsweep::core {
namespace {

at::Tensor Logits(std::initializer_list<float> values) {
  return at::tensor(at::ArrayRef<float>(values)).reshape({-1, 2});
}
at::Tensor Labels(std::initializer_list<int64_t> values) {
  return at::tensor(at::ArrayRef<int64_t>(values));
}

TEST(ClassificationScore, IsZeroBeforeTheFirstExample) {
  const ClassificationScore score;
  EXPECT_EQ(score.accuracy(), 0);
}

TEST(ClassificationScore, AveragesOverExamplesNotOverBatches) {
  ClassificationScore score;
  score.Add(Logits({0, 2, 3, 0, 0, 1}), Labels({1, 0, 0}));
  score.Add(Logits({5, 1}), Labels({1}));
  EXPECT_DOUBLE_EQ(score.accuracy(), 0.5);
}

TEST(ClassificationScore, TakesTheFirstOfEqualLogits) {
  ClassificationScore score;
  score.Add(Logits({1, 1, 1, 1}), Labels({0, 1}));
  EXPECT_DOUBLE_EQ(score.accuracy(), 0.5);
}

}  // namespace
}  // namespace sparsweep::core
