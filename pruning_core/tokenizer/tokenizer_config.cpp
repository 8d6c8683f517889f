#include "pruning_core/tokenizer/tokenizer_config.h"

#include <nlohmann/json.hpp>

#include "contract/strict_json.h"
#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/tokenizer_json.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;

[[noreturn]] void Fail(const std::string& path, const std::string& value, const std::string& what) {
  throw UserError("BAD_TOKENIZER", "model.path", value, fmt::format("{}: {}", path, what));
}

void ReadFlag(const json& object, const char* key, const std::string& path, bool& flag) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return;
  if (!found->is_boolean())
    Fail(path, contract::Shown(*found), fmt::format("{} must be true or false", key));
  flag = found->get<bool>();
}

void ReadAccents(const json& object, const std::string& path, std::optional<bool>& strip_accents) {
  const auto found = object.find("strip_accents");
  if (found == object.end()) return;
  if (found->is_null()) {
    strip_accents.reset();
    return;
  }
  bool flag = false;
  ReadFlag(object, "strip_accents", path, flag);
  strip_accents = flag;
}

// A token is a string or, in older files, an object with its text under "content".
void ReadToken(const json& object, const char* key, std::string& token) {
  const auto found = object.find(key);
  if (found == object.end()) return;
  if (found->is_string()) token = found->get<std::string>();
  if (found->is_object() && found->contains("content") && (*found)["content"].is_string()) {
    token = (*found)["content"].get<std::string>();
  }
}

void ReadTokenizerConfig(const std::string& path, const json& file, TokenizerConfig& config) {
  ReadFlag(file, "do_lower_case", path, config.lower_case);
  ReadFlag(file, "tokenize_chinese_chars", path, config.split_cjk);
  ReadAccents(file, path, config.strip_accents);
  ReadToken(file, "unk_token", config.unknown);
  ReadToken(file, "cls_token", config.classify);
  ReadToken(file, "sep_token", config.separate);
  ReadToken(file, "pad_token", config.pad);
  ReadToken(file, "mask_token", config.mask);
}

void RequireType(const std::string& path, const json& file, const char* part, const char* type) {
  const auto found = file.find(part);
  if (found == file.end() || !found->is_object()) {
    Fail(path, "", fmt::format("has no {}; only BERT's WordPiece is read", part));
  }
  // Files of older versions leave the model's type out.
  const auto actual = found->find("type");
  if (actual == found->end() || *actual == type) return;
  const std::string shown = contract::Shown(*actual);
  Fail(path, shown, fmt::format("{} is {}; only {} is read", part, shown, type));
}

void ReadTokenizerJson(const std::string& path, const json& file, TokenizerConfig& config) {
  RequireType(path, file, "model", "WordPiece");
  RequireType(path, file, "normalizer", "BertNormalizer");
  RequireType(path, file, "pre_tokenizer", "BertPreTokenizer");
  const json& normalizer = file["normalizer"];
  ReadFlag(normalizer, "lowercase", path, config.lower_case);
  ReadFlag(normalizer, "clean_text", path, config.clean_text);
  ReadFlag(normalizer, "handle_chinese_chars", path, config.split_cjk);
  ReadAccents(normalizer, path, config.strip_accents);
  ReadToken(file["model"], "unk_token", config.unknown);
}

}  // namespace

std::vector<std::string> TokenizerConfig::SpecialTokens() const {
  return {unknown, classify, separate, pad, mask};
}

TokenizerConfig LoadTokenizerConfig(const std::string& model_directory) {
  TokenizerConfig config;
  const std::string config_path = model_directory + "/tokenizer_config.json";
  if (const auto file = ReadJsonObject(config_path))
    ReadTokenizerConfig(config_path, *file, config);
  const std::string tokenizer_path = model_directory + "/tokenizer.json";
  if (const auto file = ReadJsonObject(tokenizer_path)) {
    ReadTokenizerJson(tokenizer_path, *file, config);
  }
  return config;
}

}  // namespace sparsweep::core
