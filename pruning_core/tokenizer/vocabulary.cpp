#include "pruning_core/tokenizer/vocabulary.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "contract/strict_json.h"
#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/tokenizer_json.h"

namespace sparsweep::core {
namespace {

constexpr std::string_view kContinuation = "##";
constexpr const char* kVocabTxt = "/vocab.txt";
constexpr const char* kTokenizerJson = "/tokenizer.json";
constexpr int64_t kMaxPieces = 10'000'000;

// A file, and the spec's field that leads to it.
struct Source {
  std::string path, field;

  [[noreturn]] void Fail(const std::string& reason, const std::string& what) const {
    throw UserError(reason, field, path, fmt::format("{}: {}", path, what));
  }
};

std::vector<std::string> ReadVocabTxt(const Source& source) {
  std::ifstream in(source.path, std::ios::binary);
  if (!in) source.Fail("BAD_TOKENIZER", "cannot be read; check its permissions");
  std::vector<std::string> pieces;
  std::string line;
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    pieces.push_back(line);
    if (static_cast<int64_t>(pieces.size()) > kMaxPieces) {
      source.Fail("BAD_TOKENIZER", "more than 10 million lines; not a vocabulary");
    }
  }
  return pieces;
}

void Put(const Source& source, const std::string& piece, const nlohmann::json& id,
         std::vector<std::string>& pieces) {
  if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() >= kMaxPieces) {
    source.Fail("BAD_TOKENIZER", fmt::format("the id of '{}' is {}; get the file again", piece,
                                             contract::Shown(id)));
  }
  const auto index = id.get<size_t>();
  if (index >= pieces.size()) pieces.resize(index + 1);
  pieces[index] = piece;
}

std::vector<std::string> ReadTokenizerJson(const Source& source, const nlohmann::json& file) {
  std::vector<std::string> pieces;
  const auto model = file.find("model");
  if (model == file.end() || !model->is_object() || !model->contains("vocab") ||
      !(*model)["vocab"].is_object()) {
    source.Fail("BAD_TOKENIZER", "has no model.vocab; only BERT's WordPiece is read");
  }
  for (const auto& [piece, id] : (*model)["vocab"].items()) Put(source, piece, id, pieces);
  if (const auto added = file.find("added_tokens"); added != file.end() && added->is_array()) {
    for (const auto& token : *added) {
      const bool complete = token.is_object() && token.contains("id") &&
                            token.contains("content") && token["content"].is_string();
      if (!complete) source.Fail("BAD_TOKENIZER", "an added token lacks id or content");
      Put(source, token["content"].get<std::string>(), token["id"], pieces);
    }
  }
  return pieces;
}

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {
  ids_.reserve(pieces_.size());
  for (size_t id = 0; id < pieces_.size(); ++id) {
    const std::string_view piece = pieces_[id];
    if (piece.empty()) continue;
    ids_[piece] = static_cast<int32_t>(id);
    if (piece.starts_with(kContinuation)) {
      continuations_[piece.substr(kContinuation.size())] = static_cast<int32_t>(id);
    }
    longest_piece_ = std::max(longest_piece_, piece.size());
  }
}

std::optional<int32_t> Vocabulary::FindContinuation(std::string_view rest) const {
  const auto found = continuations_.find(rest);
  if (found == continuations_.end()) return std::nullopt;
  return found->second;
}

std::optional<int32_t> Vocabulary::Find(std::string_view piece) const {
  const auto found = ids_.find(piece);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

bool HasVocabulary(const std::string& model_directory) {
  std::error_code error;
  return std::filesystem::exists(model_directory + kVocabTxt, error) ||
         std::filesystem::exists(model_directory + kTokenizerJson, error);
}

Vocabulary LoadVocabulary(const std::string& model_directory, const std::string& field) {
  Source source{model_directory + kVocabTxt, field};
  std::error_code error;
  std::vector<std::string> pieces;
  if (std::filesystem::exists(source.path, error)) {
    pieces = ReadVocabTxt(source);
  } else {
    source.path = model_directory + kTokenizerJson;
    const auto file = ReadJsonObject(source.path, field);
    if (!file) {
      throw UserError(
          "TOKENIZER_NOT_FOUND", field, model_directory,
          fmt::format("{}: has neither vocab.txt nor tokenizer.json; {} must be an HF model "
                      "directory",
                      model_directory, field));
    }
    pieces = ReadTokenizerJson(source, *file);
  }
  if (pieces.empty()) source.Fail("BAD_TOKENIZER", "is empty; get the file again");
  return Vocabulary(std::move(pieces));
}

}  // namespace sparsweep::core
