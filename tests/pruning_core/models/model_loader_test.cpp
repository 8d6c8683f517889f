#include "pruning_core/models/model_loader.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::core {
namespace {

contract::ModelSpec Spec(const std::string& path, uint32_t layers, const char* pooling) {
  contract::ModelSpec spec;
  spec.path = path;
  spec.layers = layers;
  spec.pooling = pooling;
  return spec;
}

UserError ErrorOf(const contract::ModelSpec& spec) {
  try {
    (void)LoadBertModel(spec, Head::kClassification, 3, 1);
  } catch (const UserError& error) {
    return error;
  }
  ADD_FAILURE() << "no UserError";
  return {"", "", "", ""};
}

class ModelLoader : public ::testing::Test {
 protected:
  void SetUp() override { test::WriteTinyModel(folder_.path()); }

  // The directory's file, with the names and tensors that `change` makes of it.
  template <typename Change>
  void Rewrite(Change change) const {
    const std::string file = folder_.File("model.safetensors");
    std::vector<NamedTensor> tensors;
    {
      const SafetensorsReader reader(file);
      for (const auto& entry : reader.header().tensors) {
        tensors.push_back({entry.name, reader.Read(entry.name)});
      }
    }
    change(tensors);
    WriteSafetensors(file, tensors);
  }

  test::TemporaryFolder folder_;
};

TEST_F(ModelLoader, TakesTheFirstLayersAndAFreshHead) {
  const LoadedModel loaded =
      LoadBertModel(Spec(folder_.path(), 1, "mean"), Head::kClassification, 3, 1);
  EXPECT_EQ(loaded.model.layers(), 1);
  EXPECT_THAT(loaded.initialized, ::testing::ElementsAre("classifier.weight", "classifier.bias"));
  const SafetensorsReader file(folder_.File("model.safetensors"));
  const std::string prefix = file.Has("bert.embeddings.word_embeddings.weight") ? "bert." : "";
  for (const Parameter& parameter : loaded.model.parameters()) {
    if (parameter.role == ParameterRole::kHead) continue;
    EXPECT_TRUE(parameter.value.equal(file.ReadFloat(prefix + parameter.name))) << parameter.name;
  }
}

TEST_F(ModelLoader, ZeroLayersMeansAll) {
  EXPECT_EQ(
      LoadBertModel(Spec(folder_.path(), 0, "mean"), Head::kClassification, 3, 1).model.layers(),
      2);
}

TEST_F(ModelLoader, AHeadOfTheRightSizeIsTakenOver) {
  const at::Tensor weight = at::zeros({3, 16}, at::kFloat) + 0.25;
  Rewrite([&](std::vector<NamedTensor>& tensors) {
    tensors.push_back({"classifier.weight", weight});
    tensors.push_back({"classifier.bias", at::zeros({3}, at::kFloat)});
  });
  const LoadedModel fits =
      LoadBertModel(Spec(folder_.path(), 0, "mean"), Head::kClassification, 3, 1);
  EXPECT_TRUE(fits.initialized.empty());
  EXPECT_TRUE(fits.model.ParameterMap().at("classifier.weight").equal(weight));
  const LoadedModel other =
      LoadBertModel(Spec(folder_.path(), 0, "mean"), Head::kClassification, 4, 1);
  EXPECT_EQ(other.initialized.size(), 2u);
}

TEST_F(ModelLoader, SizesThatTheWeightsDoNotHaveTakeNoMemory) {
  std::string config;
  std::getline(std::ifstream(folder_.File("config.json")), config);
  const std::string size = "\"vocab_size\":";
  config = config.substr(0, config.find(size)) + size + "10000000,\"unused\":0}";
  std::ofstream(folder_.File("config.json")) << config;
  EXPECT_EQ(ErrorOf(Spec(folder_.path(), 0, "mean")).reason(), "TENSOR_SHAPE");
}

TEST_F(ModelLoader, OtherHeadsOfTheDirectoryAreNotTaken) {
  Rewrite([&](std::vector<NamedTensor>& tensors) {
    tensors.push_back({"classifier.weight", at::zeros({2, 16}, at::kFloat)});
    tensors.push_back({"qa_outputs.weight", at::zeros({2, 16}, at::kFloat) + 0.5});
    tensors.push_back({"qa_outputs.bias", at::zeros({2}, at::kFloat) + 0.5});
  });
  const LoadedModel span = LoadBertModel(Spec(folder_.path(), 0, "mean"), Head::kSpan, 0, 1);
  EXPECT_TRUE(span.initialized.empty());
  EXPECT_EQ(span.model.ParameterMap().at("qa_outputs.weight").min().item<float>(), 0.5F);
  EXPECT_THAT(LoadBertModel(Spec(folder_.path(), 0, "mean"), Head::kRegression, 0, 1).initialized,
              ::testing::ElementsAre("classifier.weight", "classifier.bias"));
}

TEST_F(ModelLoader, TheSeedDecidesTheHead) {
  const auto head = [&](uint64_t seed) {
    const auto spec = Spec(folder_.path(), 0, "mean");
    return LoadBertModel(spec, Head::kClassification, 45, seed)
        .model.ParameterMap()
        .at("classifier.weight");
  };
  EXPECT_TRUE(head(1).equal(head(1)));
  EXPECT_FALSE(head(1).equal(head(2)));
}

TEST(InitializeNormal, HasTheDeviationOfBert) {
  Parameter parameter{"classifier.weight", at::zeros({200, 200}, at::kFloat), ParameterRole::kHead,
                      true};
  InitializeNormal(parameter, 3);
  EXPECT_NEAR(parameter.value.mean().item<double>(), 0.0, 5e-4);
  EXPECT_NEAR(parameter.value.std().item<double>(), 0.02, 5e-4);
  EXPECT_GT(parameter.value.max().item<double>(), 0.06);  // 3 σ among 40,000
}

TEST_F(ModelLoader, BadDirectoriesAreTheUsersErrors) {
  EXPECT_EQ(ErrorOf(Spec(folder_.path(), 3, "mean")).reason(), "TOO_MANY_LAYERS");
  EXPECT_EQ(ErrorOf(Spec(folder_.File("none"), 0, "mean")).reason(), "MODEL_NOT_FOUND");
  const auto transpose = [](std::vector<NamedTensor>& tensors) {
    for (NamedTensor& named : tensors) {
      if (named.name.ends_with("layer.1.output.dense.weight")) named.tensor = named.tensor.t();
    }
  };
  Rewrite(transpose);
  const UserError shape = ErrorOf(Spec(folder_.path(), 0, "mean"));
  EXPECT_EQ(shape.reason(), "TENSOR_SHAPE");
  EXPECT_THAT(shape.value(), ::testing::HasSubstr("layer.1.output.dense.weight"));
  Rewrite(transpose);  // right again
  Rewrite([](std::vector<NamedTensor>& tensors) {
    std::erase_if(tensors, [](const NamedTensor& named) {
      return named.name.ends_with("layer.0.output.dense.bias");
    });
  });
  const UserError missing = ErrorOf(Spec(folder_.path(), 0, "mean"));
  EXPECT_EQ(missing.reason(), "TENSOR_MISSING");
  EXPECT_EQ(missing.value(), "encoder.layer.0.output.dense.bias");
}

}  // namespace
}  // namespace sparsweep::core
