#include "pruning_core/model_io/bert_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json Good() {
  return {{"model_type", "bert"},     {"vocab_size", 100},
          {"hidden_size", 12},        {"num_hidden_layers", 6},
          {"num_attention_heads", 3}, {"intermediate_size", 24},
          {"type_vocab_size", 2},     {"max_position_embeddings", 32},
          {"layer_norm_eps", 1e-7},   {"hidden_act", "gelu"},
          {"pad_token_id", 0}};
}

TEST(BertConfig, ReadsTheSizes) {
  const BertConfig config = ParseBertConfig(Good().dump(), "config.json");
  EXPECT_EQ(config.vocab_size, 100);
  EXPECT_EQ(config.hidden_size, 12);
  EXPECT_EQ(config.num_hidden_layers, 6);
  EXPECT_EQ(config.num_attention_heads, 3);
  EXPECT_EQ(config.intermediate_size, 24);
  EXPECT_EQ(config.max_position_embeddings, 32);
  EXPECT_EQ(config.type_vocab_size, 2);
  EXPECT_EQ(config.layer_norm_eps, 1e-7);
  EXPECT_EQ(config.pad_token_id, 0);
}

TEST(BertConfig, NoPadTokenIsAllowed) {
  json without = Good();
  without["pad_token_id"] = nullptr;
  EXPECT_EQ(ParseBertConfig(without.dump(), "config.json").pad_token_id, -1);
  without.erase("pad_token_id");
  EXPECT_EQ(ParseBertConfig(without.dump(), "config.json").pad_token_id, 0) << "HF's default";
}

TEST(BertConfig, ActivationsGoByTheNamesOfHf) {
  const std::pair<const char*, Activation> kNames[] = {
      {"gelu", Activation::kGelu},         {"gelu_new", Activation::kGeluTanh},
      {"relu", Activation::kRelu},         {"gelu_pytorch_tanh", Activation::kGeluTanh},
      {"silu", Activation::kSilu},         {"swish", Activation::kSilu},
      {"gelu_fast", Activation::kGeluTanh}};
  for (const auto& [name, activation] : kNames) {
    json config = Good();
    config["hidden_act"] = name;
    EXPECT_EQ(ParseBertConfig(config.dump(), "config.json").activation, activation) << name;
  }
}

TEST(BertConfig, LabelsStandInTheOrderOfTheOutputs) {
  json config = Good();
  EXPECT_THAT(ParseBertConfig(config.dump(), "config.json").labels, ::testing::IsEmpty());
  for (int i = 0; i < 12; ++i) config["id2label"][std::to_string(i)] = std::string(1, 'a' + i);
  const std::vector<std::string> labels = ParseBertConfig(config.dump(), "config.json").labels;
  ASSERT_EQ(labels.size(), 12u);
  EXPECT_EQ(labels[2], "c");
  EXPECT_EQ(labels[10], "k");
}

TEST(BertConfig, WhatOnlyTrainingUsesIsPassedOver) {
  json config = Good();
  config["hidden_dropout_prob"] = "much";
  config["initializer_range"] = -3;
  EXPECT_NO_THROW((void)ParseBertConfig(config.dump(), "config.json"));
}

TEST(BertConfig, DeepNestingIsRefused) {
  constexpr size_t kDepth = 200'000;
  const std::string deep =
      "{\"model_type\":" + std::string(kDepth, '[') + std::string(kDepth, ']') + "}";
  EXPECT_THROW((void)ParseBertConfig(deep, "config.json"), UserError);
}

struct Bad {
  const char* key;
  json value;
  const char* message;
};
const Bad kBad[] = {
    {"model_type", "roberta", "model_type: \"roberta\" is not supported, only \"bert\" is"},
    {"model_type", 3, "model_type: 3 is not supported"},
    {"hidden_act", "gelu_nwe", "hidden_act: unknown \"gelu_nwe\"; did you mean 'gelu_new'?"},
    {"hidden_act", 7, "hidden_act: 7 is not a name"},
    {"is_decoder", true, "is_decoder: only false is supported"},
    {"id2label", {{"1", "a"}}, "id2label: 1 entries, but no text for \"0\""},
    {"id2label", {{"0", 5}}, "id2label: 1 entries, but no text for \"0\""},
    {"id2label", "a", "id2label: not an object"},
    {"position_embedding_type", "relative_key", "position_embedding_type"},
    {"hidden_size", 0, "hidden_size: 0 is not a whole number from 1 to 16384"},
    {"hidden_size", -4, "hidden_size: -4"},
    {"hidden_size", 1.5, "hidden_size: 1.5"},
    {"hidden_size", 18446744073709551615u, "hidden_size: 18446744073709551615"},
    {"hidden_size", 1 << 30, "hidden_size: 1073741824"},
    {"hidden_size", "12", "hidden_size: \"12\""},
    {"num_hidden_layers", 10000, "num_hidden_layers: 10000"},
    {"num_attention_heads", 5, "num_attention_heads: 5 does not divide hidden_size 12"},
    {"layer_norm_eps", 0.0, "layer_norm_eps: must lie between 0 and 1"},
    {"layer_norm_eps", "x", "layer_norm_eps"},
    {"pad_token_id", 100, "pad_token_id: 100"},
};

TEST(BertConfig, WhatIsNotSupportedIsNamed) {
  for (const Bad& bad : kBad) {
    json config = Good();
    config[bad.key] = bad.value;
    try {
      (void)ParseBertConfig(config.dump(), "m/config.json");
      ADD_FAILURE() << bad.key;
    } catch (const UserError& error) {
      EXPECT_EQ(error.reason(), "BAD_CONFIG");
      EXPECT_EQ(error.field(), "m/config.json");
      EXPECT_THAT(error.message(), HasSubstr(bad.message));
      EXPECT_THAT(error.message(), ::testing::EndsWith("; give the directory of a BERT model"));
      EXPECT_THAT(error.message(), ::testing::Not(HasSubstr("\n")));
    }
  }
}

TEST(BertConfig, ALongValueIsNotCutInsideACharacter) {
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  for (const char* key : {"hidden_act", "hidden_size", "layer_norm_eps", "is_decoder"}) {
    json config = Good();
    config[key] = umlauts;
    try {
      (void)ParseBertConfig(config.dump(), "config.json");
      ADD_FAILURE() << key;
    } catch (const UserError& error) {
      EXPECT_NO_THROW((void)json({error.value(), error.message()}).dump()) << key;
      EXPECT_LT(error.value().size(), 100U);
    }
  }
}

TEST(BertConfig, EverySizeIsNeeded) {
  for (const char* key :
       {"model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads",
        "intermediate_size", "max_position_embeddings", "type_vocab_size"}) {
    json config = Good();
    config.erase(key);
    EXPECT_THROW((void)ParseBertConfig(config.dump(), "config.json"), UserError) << key;
  }
  for (const char* text : {"", "{", "[]", "null", "\xff"}) {
    EXPECT_THROW((void)ParseBertConfig(text, "config.json"), UserError) << text;
  }
}

TEST(BertConfig, AMissingDirectoryOrFileNamesTheField) {
  const test::TemporaryFolder folder;
  for (const std::string& path : {folder.File("none"), folder.path()}) {
    try {
      (void)ReadBertConfig(path);
      ADD_FAILURE();
    } catch (const UserError& error) {
      EXPECT_EQ(error.reason(), "MODEL_NOT_FOUND");
      EXPECT_EQ(error.field(), "model.path");
      EXPECT_EQ(error.value(), path);
    }
  }
}

}  // namespace
}  // namespace sparsweep::core
