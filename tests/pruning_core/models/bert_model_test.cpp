#include "pruning_core/models/bert_model.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pruning_core/models/model_loader.h"
#include "pruning_core/models/task_loss.h"

namespace sparsweep::core {
namespace {

const BertConfig kConfig{40, 12, 3, 3, 24, 16, 2, 1e-12, 0};

BertModel MakeModel(Pooling pooling) {
  at::set_num_threads(1);
  BertModel model(kConfig, 2, pooling, Head::kClassification, 4);
  for (Parameter& parameter : model.parameters()) {
    InitializeNormal(parameter, 5);
    parameter.value.mul_(10.0);
  }
  return model;
}

Batch Tokens(int64_t rows, int64_t tokens) {
  Batch batch;
  batch.input_ids = at::arange(1, rows * tokens + 1, at::kLong).view({rows, tokens});
  batch.token_type_ids = at::zeros({rows, tokens}, at::kLong);
  batch.attention_mask = at::ones({rows, tokens}, at::kLong);
  return batch;
}

Batch Padded(const Batch& batch, int64_t more) {
  const at::Tensor pad = at::zeros({batch.input_ids.size(0), more}, at::kLong);
  return {at::cat({batch.input_ids, pad}, 1), at::cat({batch.token_type_ids, pad}, 1),
          at::cat({batch.attention_mask, pad}, 1), batch.labels};
}

// Examples of different lengths, with a row of padding only behind the longest.
constexpr int64_t kLengths[] = {4, 7, 2};
Batch Ragged() {
  Batch batch = Padded(Tokens(3, 7), 1);
  for (int64_t i = 0; i < 3; ++i) {
    for (at::Tensor* array : {&batch.input_ids, &batch.attention_mask}) {
      (*array)[i].slice(0, kLengths[i]).zero_();
    }
    batch.token_type_ids[i].slice(0, kLengths[i] / 2, kLengths[i]).fill_(1);
  }
  batch.labels = at::arange(3, at::kLong);
  return batch;
}

Batch Alone(const Batch& batch, int64_t example) {
  const auto own = [&](const at::Tensor& array) {
    return array.slice(0, example, example + 1).slice(1, 0, kLengths[example]).contiguous();
  };
  return {own(batch.input_ids), own(batch.token_type_ids), own(batch.attention_mask)};
}

double Most(const at::Tensor& tensor) { return tensor.abs().max().item<double>(); }

class EachPooling : public ::testing::TestWithParam<Pooling> {};
INSTANTIATE_TEST_SUITE_P(Poolings, EachPooling, ::testing::Values(Pooling::kCls, Pooling::kMean));

TEST_P(EachPooling, PaddingChangesNothing) {
  const BertModel model = MakeModel(GetParam());
  const Batch batch = Tokens(3, 7);
  const at::Tensor logits = model.InferLogits(batch);
  EXPECT_EQ(logits.sizes(), at::IntArrayRef({3, 4}));
  EXPECT_GT(Most(logits), 1e-3);
  EXPECT_LT(Most(logits - model.InferLogits(Padded(batch, 5))), 1e-5);
}

TEST_P(EachPooling, ExamplesDoNotSeeEachOther) {
  const BertModel model = MakeModel(GetParam());
  const at::Tensor logits = model.InferLogits(Ragged());
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_LT(Most(model.InferLogits(Alone(Ragged(), i))[0] - logits[i]), 1e-5) << i;
  }
}

TEST_P(EachPooling, InferenceGivesTheSameWithoutAutograd) {
  BertModel model = MakeModel(GetParam());
  for (Parameter& parameter : model.parameters()) parameter.value.set_requires_grad(true);
  const at::Tensor trained = model.Logits(Tokens(3, 7));
  const at::Tensor inferred = model.InferLogits(Tokens(3, 7));
  EXPECT_TRUE(trained.requires_grad());
  EXPECT_FALSE(inferred.requires_grad());
  EXPECT_TRUE(trained.equal(inferred));
}

TEST_P(EachPooling, EveryParameterGetsTheGradientOfItsFiniteDifference) {
  BertModel model = MakeModel(GetParam());
  for (Parameter& parameter : model.parameters()) parameter.value.set_requires_grad(true);
  const Batch batch = Ragged();
  const auto loss = [&] { return CrossEntropy(model.Logits(batch), batch.labels); };
  loss().backward();
  for (const Parameter& parameter : model.parameters()) {
    const at::Tensor gradient = parameter.value.grad();
    ASSERT_TRUE(gradient.defined()) << parameter.name;
    // Along the gradient itself: d loss = |g|².
    const double squared = gradient.square().sum().item<double>();
    const at::Tensor direction = gradient / std::sqrt(squared + 1e-12);
    const at::Tensor value = parameter.value.detach();
    constexpr double kStep = 2e-3;
    value.add_(direction, kStep);
    const double up = loss().item<double>();
    value.add_(direction, -2 * kStep);
    const double down = loss().item<double>();
    value.add_(direction, kStep);
    const double slope = (up - down) / (2 * kStep);
    EXPECT_NEAR(slope, std::sqrt(squared), 2e-3 + 0.02 * std::sqrt(squared)) << parameter.name;
  }
}

TEST(BertModel, MeanPoolingIsTheMeanOfTheTokens) {
  BertModel model = MakeModel(Pooling::kMean);
  const Batch batch = Padded(Tokens(2, 5), 3);
  const at::Tensor hidden = model.HiddenStates(batch).slice(1, 0, 5).mean(1);
  const std::map<std::string, at::Tensor> parameters = model.ParameterMap();
  const at::Tensor expected =
      hidden.matmul(parameters.at("classifier.weight").t()) + parameters.at("classifier.bias");
  EXPECT_LT(Most(model.InferLogits(batch) - expected), 1e-5);
}

// The last layer is computed for the first token alone then: the others' states are not read.
TEST(BertModel, FirstTokenPoolingIsThePoolerOfTheFirstState) {
  BertModel model = MakeModel(Pooling::kCls);
  const Batch batch = Padded(Tokens(2, 5), 3);
  const at::Tensor hidden = model.HiddenStates(batch);
  EXPECT_EQ(hidden.sizes(), at::IntArrayRef({2, 8, 12}));
  const std::map<std::string, at::Tensor> parameters = model.ParameterMap();
  const auto linear = [&](const at::Tensor& input, const std::string& name) {
    return input.matmul(parameters.at(name + ".weight").t()) + parameters.at(name + ".bias");
  };
  const at::Tensor expected =
      linear(linear(hidden.select(1, 0), "pooler.dense").tanh(), "classifier");
  EXPECT_LT(Most(model.InferLogits(batch) - expected), 1e-5);
}

TEST(BertModel, ASpanHeadScoresEveryTokenAndHasNoPooler) {
  BertModel model(kConfig, 2, Pooling::kCls, Head::kSpan, 0);
  for (Parameter& parameter : model.parameters()) InitializeNormal(parameter, 5);
  const Batch batch = Padded(Tokens(2, 5), 3);
  const std::map<std::string, at::Tensor> parameters = model.ParameterMap();
  EXPECT_FALSE(parameters.contains("pooler.dense.weight"));
  ASSERT_EQ(parameters.at("qa_outputs.weight").sizes(), at::IntArrayRef({2, 12}));
  const at::Tensor expected =
      model.HiddenStates(batch).matmul(parameters.at("qa_outputs.weight").t()) +
      parameters.at("qa_outputs.bias");
  const at::Tensor logits = model.InferLogits(batch);
  EXPECT_EQ(logits.sizes(), at::IntArrayRef({2, 8, 2}));
  EXPECT_LT(Most(logits - expected), 1e-5);
}

TEST(BertModel, ASpanHeadScoresPaddingOnlyWhereItCounts) {
  BertModel model(kConfig, 2, Pooling::kCls, Head::kSpan, 0);
  for (Parameter& parameter : model.parameters()) {
    InitializeNormal(parameter, 5);
    parameter.value.mul_(10.0).set_requires_grad(true);
  }
  Batch batch = Ragged();
  const at::Tensor tokens = batch.attention_mask.unsqueeze(-1);
  const auto gradient = [&](const at::Tensor& logits) {
    (logits * tokens).square().sum().backward();
    at::Tensor& of_words = model.parameters()[0].value.mutable_grad();
    at::Tensor copy = of_words.clone();
    of_words.reset();
    return copy;
  };
  const at::Tensor counted = model.Logits(batch);
  batch.padding_counts = false;
  const at::Tensor packed = model.Logits(batch);
  EXPECT_LT(Most((counted - packed) * tokens), 1e-5);
  EXPECT_EQ(Most(packed * (1 - tokens)), 0.0);
  EXPECT_GT((counted * (1 - tokens)).abs().sum().item<double>(), 1e-3);
  EXPECT_LT(Most(gradient(counted) - gradient(packed)), 1e-5);
}

TEST(BertModel, WithOneTokenTypeTheSecondTextHasIt) {
  BertConfig config = kConfig;
  config.type_vocab_size = 1;
  const BertModel model(config, 2, Pooling::kCls, Head::kRegression, 0);
  Batch batch = Tokens(2, 5);
  const at::Tensor logits = model.InferLogits(batch);
  batch.token_type_ids = at::ones({2, 5}, at::kLong);
  EXPECT_TRUE(model.InferLogits(batch).equal(logits));
}

TEST(BertModel, ARegressionHeadHasOneOutput) {
  const BertModel model(kConfig, 2, Pooling::kCls, Head::kRegression, 7);
  EXPECT_EQ(model.InferLogits(Tokens(2, 5)).sizes(), at::IntArrayRef({2, 1}));
}

TEST(BertModel, ParametersHaveTheNamesOfHf) {
  const BertModel cls = MakeModel(Pooling::kCls);
  const BertModel mean = MakeModel(Pooling::kMean);
  EXPECT_EQ(cls.parameters().size(), 5u + 2 * 16 + 4);
  EXPECT_EQ(mean.parameters().size(), 5u + 2 * 16 + 2);  // no pooler
  EXPECT_EQ(cls.parameters().front().name, "embeddings.word_embeddings.weight");
  EXPECT_EQ(cls.parameters().back().name, "classifier.bias");
  std::vector<std::string> prunable;
  for (const Parameter& parameter : cls.parameters()) {
    if (parameter.role == ParameterRole::kPrunable) prunable.push_back(parameter.name);
  }
  ASSERT_EQ(prunable.size(), 12u);
  prunable.resize(6);
  EXPECT_THAT(prunable, ::testing::ElementsAre("encoder.layer.0.attention.self.query.weight",
                                               "encoder.layer.0.attention.self.key.weight",
                                               "encoder.layer.0.attention.self.value.weight",
                                               "encoder.layer.0.attention.output.dense.weight",
                                               "encoder.layer.0.intermediate.dense.weight",
                                               "encoder.layer.0.output.dense.weight"));
}

}  // namespace
}  // namespace sparsweep::core
