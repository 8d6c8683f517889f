#include "pruning_core/model_io/bert_weights.h"

#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using ::testing::HasSubstr;

at::Tensor Filled(at::IntArrayRef shape, double value) {
  return at::ones(shape, at::kFloat).mul(value);
}

TEST(BertWeights, FindsNamesWithAndWithoutPrefixAndOldOnes) {
  const test::TemporaryFolder folder;
  WriteSafetensors(folder.File("model.safetensors"),
                   {{"encoder.a.weight", Filled({2, 3}, 1)},
                    {"bert.encoder.b.weight", Filled({2, 3}, 2).to(at::kHalf)},
                    {"bert.embeddings.LayerNorm.gamma", Filled({3}, 3)},
                    {"bert.embeddings.LayerNorm.beta", Filled({3}, 4)}});
  const BertWeights weights(folder.path());
  EXPECT_TRUE(weights.Read("encoder.a.weight", {2, 3}).equal(Filled({2, 3}, 1)));
  EXPECT_TRUE(weights.Read("encoder.b.weight", {2, 3}).equal(Filled({2, 3}, 2)));
  EXPECT_TRUE(weights.Read("embeddings.LayerNorm.weight", {3}).equal(Filled({3}, 3)));
  EXPECT_TRUE(weights.Read("embeddings.LayerNorm.bias", {3}).equal(Filled({3}, 4)));
  EXPECT_FALSE(weights.Has("encoder.c.weight"));
  EXPECT_EQ(weights.ReadIfFits("encoder.c.weight", {2, 3}), std::nullopt);
  EXPECT_EQ(weights.ReadIfFits("encoder.a.weight", {3, 2}), std::nullopt);
}

TEST(BertWeights, MissingTensorAndWrongShapeNameFileAndTensor) {
  const test::TemporaryFolder folder;
  WriteSafetensors(folder.File("model.safetensors"), {{"bert.a.weight", Filled({2, 3}, 1)}});
  const BertWeights weights(folder.path());
  try {
    (void)weights.Read("encoder.c.weight", {2, 3});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "TENSOR_MISSING");
    EXPECT_EQ(error.value(), "encoder.c.weight");
    EXPECT_THAT(error.message(), HasSubstr("model.safetensors: there is no tensor"));
  }
  try {
    (void)weights.Read("a.weight", {2, 4});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "TENSOR_SHAPE");
    EXPECT_THAT(error.message(), HasSubstr("'bert.a.weight' is [2, 3], config.json says [2, 4]"));
  }
}

TEST(BertWeights, AMissingFileSaysWhatToDo) {
  const test::TemporaryFolder folder;
  const auto message = [&] {
    try {
      const BertWeights weights(folder.path());
    } catch (const UserError& error) {
      return error.message();
    }
    return std::string();
  };
  EXPECT_THAT(message(), HasSubstr("has no model.safetensors; give an HF model directory"));
  std::ofstream(folder.File("pytorch_model.bin")) << "x";
  EXPECT_THAT(message(), HasSubstr("convert its pytorch_model.bin"));
}

}  // namespace
}  // namespace sparsweep::core
