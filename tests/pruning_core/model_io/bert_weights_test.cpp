#include "pruning_core/model_io/bert_weights.h"

#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <limits>

#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using ::testing::HasSubstr;

at::Tensor Filled(at::IntArrayRef shape, double value) {
  return at::ones(shape, at::kFloat).mul(value);
}

std::string ReasonOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.reason();
  }
  return "none";
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
  WriteSafetensors(
      folder.File("model.safetensors"),
      {{"bert.a.weight", Filled({2, 3}, 1)}, {"bert.encoder.b.weight", Filled({2, 3}, 1)}});
  const BertWeights weights(folder.path());
  try {
    (void)weights.Read("encoder.c.weight", {2, 3});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "TENSOR_MISSING");
    EXPECT_EQ(error.value(), "encoder.c.weight");
    EXPECT_THAT(error.message(), HasSubstr("model.safetensors: there is no tensor"));
    EXPECT_THAT(error.message(), HasSubstr("the nearest is 'encoder.b.weight'"));
  }
  try {
    (void)weights.Read("a.weight", {2, 4});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "TENSOR_SHAPE");
    EXPECT_THAT(error.message(), HasSubstr("'bert.a.weight' is [2, 3], config.json says [2, 4]"));
  }
}

TEST(BertWeights, ReadsShards) {
  const test::TemporaryFolder folder;
  WriteSafetensors(folder.File("one.safetensors"),
                   {{"bert.a.weight", Filled({2, 3}, 1)}, {"bert.not.listed", Filled({1}, 1)}});
  WriteSafetensors(folder.File("two.safetensors"),
                   {{"bert.b.weight", Filled({2}, 2).to(at::kBFloat16)}});
  const auto index = [&](const char* map) {
    std::ofstream(folder.File("model.safetensors.index.json")) << "{\"weight_map\":" << map << "}";
  };
  index(R"({"bert.a.weight":"one.safetensors","bert.b.weight":"two.safetensors"})");
  const BertWeights weights(folder.path());
  EXPECT_TRUE(weights.Read("a.weight", {2, 3}).equal(Filled({2, 3}, 1)));
  EXPECT_TRUE(weights.Read("b.weight", {2}).equal(Filled({2}, 2)));
  EXPECT_EQ(weights.Shape("b.weight"), std::vector<int64_t>{2});
  EXPECT_FALSE(weights.Has("not.listed"));
  EXPECT_THAT(weights.file(), HasSubstr("index.json"));

  index(R"({"bert.a.weight":"two.safetensors"})");
  EXPECT_EQ(ReasonOf([&] { (void)BertWeights(folder.path()); }), "TENSOR_MISSING");
  index(R"({"bert.a.weight":"three.safetensors"})");
  EXPECT_EQ(ReasonOf([&] { (void)BertWeights(folder.path()); }), "FILE_NOT_FOUND");
}

TEST(BertWeights, WhatIsNotANumberIsRefused) {
  const test::TemporaryFolder folder;
  at::Tensor broken = Filled({2, 3}, 1);
  broken[1][2] = std::numeric_limits<float>::infinity();
  WriteSafetensors(folder.File("model.safetensors"),
                   {{"a", broken}, {"b", Filled({2}, 1).to(at::kInt)}});
  const BertWeights weights(folder.path());
  EXPECT_EQ(ReasonOf([&] { (void)weights.Read("a", {2, 3}); }), "TENSOR_NOT_FINITE");
  EXPECT_EQ(ReasonOf([&] { (void)weights.ReadIfFits("a", {2, 3}); }), "TENSOR_NOT_FINITE");
  EXPECT_EQ(ReasonOf([&] { (void)weights.Read("b", {2}); }), "BAD_SAFETENSORS");
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
