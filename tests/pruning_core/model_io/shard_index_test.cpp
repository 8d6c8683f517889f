#include "pruning_core/model_io/shard_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Map(const json& weight_map) { return json{{"weight_map", weight_map}}.dump(); }

TEST(ShardIndex, NumbersTheFilesOnce) {
  const ShardIndex index = ParseShardIndex(
      Map({{"a", "2.safetensors"}, {"b", "1.safetensors"}, {"c", "2.safetensors"}}), "x");
  EXPECT_THAT(index.files, ElementsAre("1.safetensors", "2.safetensors"));
  EXPECT_THAT(index.tensors, ElementsAre(std::pair<const std::string, size_t>("a", 1),
                                         std::pair<const std::string, size_t>("b", 0),
                                         std::pair<const std::string, size_t>("c", 1)));
}

UserError ErrorOf(const std::string& text) {
  try {
    (void)ParseShardIndex(text, "m/index.json");
  } catch (const UserError& error) {
    return error;
  }
  ADD_FAILURE() << "accepted: " << text.substr(0, 100);
  return {"", "", "", ""};
}

TEST(ShardIndex, ShardsAreFilesOfTheDirectory) {
  for (const char* shard : {"../m.safetensors", "/etc/m.safetensors", "a/b.safetensors", "",
                            "m.bin", "..", "a\\b.safetensors"}) {
    const UserError error = ErrorOf(Map({{"t", shard}}));
    EXPECT_EQ(error.reason(), "BAD_SHARD_INDEX");
    EXPECT_EQ(error.field(), "m/index.json");
    EXPECT_THAT(error.message(), HasSubstr("tensor \"t\" lies in")) << shard;
  }
  EXPECT_THAT(ErrorOf(Map({{"t", std::string("a\0.safetensors", 14)}})).message(),
              HasSubstr("tensor \"t\" lies in"));
  EXPECT_THAT(ErrorOf(Map({{"t", 5}})).message(), HasSubstr("tensor \"t\" lies in 5"));
}

TEST(ShardIndex, ALongNameIsNotCutInsideACharacter) {
  std::string umlauts = "x";
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  const UserError error = ErrorOf(Map({{umlauts, 5}}));
  EXPECT_THAT(error.message(), HasSubstr(" lies in 5"));
  EXPECT_NO_THROW((void)json(error.message()).dump());
}

TEST(ShardIndex, OtherContentIsRefused) {
  for (const char* text : {"", "{", "[]", "{}", R"({"weight_map":[]})", R"({"weight_map":{}})",
                           R"({"weight_map":{"a":"1.safetensors","a":"2.safetensors"}})"}) {
    EXPECT_EQ(ErrorOf(text).reason(), "BAD_SHARD_INDEX") << text;
  }
  json many;
  for (int i = 0; i <= 1000; ++i) many[std::to_string(i)] = std::to_string(i) + ".safetensors";
  EXPECT_THAT(ErrorOf(Map(many)).message(), HasSubstr("1001 shards, at most 1000"));
}

TEST(WeightFiles, OneFileGoesBeforeShards) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(WeightFiles(folder.path()), ElementsAre("model.safetensors"));
  std::ofstream(folder.File("model.safetensors.index.json")) << Map({{"a", "1.safetensors"}});
  EXPECT_THAT(WeightFiles(folder.path()),
              ElementsAre("model.safetensors.index.json", "1.safetensors"));
  std::ofstream(folder.File("model.safetensors")) << "x";
  EXPECT_THAT(WeightFiles(folder.path()), ElementsAre("model.safetensors"));
}

}  // namespace
}  // namespace sparsweep::core
