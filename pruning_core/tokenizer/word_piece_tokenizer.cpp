#include "pruning_core/tokenizer/word_piece_tokenizer.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/bert_normalizer.h"

namespace sparsweep::core {
namespace {

constexpr size_t kMaxWordCodePoints = 100;
constexpr std::string_view kContinuation = "##";

void AppendUtf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
            static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
}

// HF tokenizers, TruncationStrategy::LongestFirst: how many tokens of two texts stay when `room`
// are left for both.
std::pair<size_t, size_t> LongestFirst(size_t first, size_t second, size_t room) {
  if (first + second <= room) return {first, second};
  const bool swapped = first > second;
  size_t shorter = std::min(first, second);
  size_t longer = shorter > room ? shorter : std::max(shorter, room - shorter);
  if (shorter + longer > room) {
    shorter = room / 2;
    longer = shorter + room % 2;
  }
  return swapped ? std::pair(longer, shorter) : std::pair(shorter, longer);
}

}  // namespace

WordPieceTokenizer WordPieceTokenizer::Load(const std::string& model_directory) {
  return {LoadVocabulary(model_directory), LoadTokenizerConfig(model_directory)};
}

WordPieceTokenizer::WordPieceTokenizer(Vocabulary vocabulary, TokenizerConfig config)
    : vocabulary_(std::move(vocabulary)), config_(std::move(config)) {
  const auto require = [this](const std::string& token) {
    const auto id = vocabulary_.Find(token);
    if (!id) {
      throw UserError("BAD_TOKENIZER", "model.path", token,
                      fmt::format("the special token '{}' is not in the vocabulary; vocab.txt and "
                                  "tokenizer_config.json do not belong together",
                                  token));
    }
    return *id;
  };
  unknown_id_ = require(config_.unknown);
  classify_id_ = require(config_.classify);
  separate_id_ = require(config_.separate);
  pad_id_ = require(config_.pad);
  for (const std::string& token : config_.SpecialTokens()) {
    if (const auto id = vocabulary_.Find(token)) specials_.push_back({token, *id});
  }
}

std::vector<int32_t> WordPieceTokenizer::Tokenize(std::string_view utf8) const {
  std::vector<int32_t> ids;
  while (!utf8.empty()) {
    // The leftmost special token, the longest of those that begin there.
    size_t at = std::string_view::npos;
    const Special* next = nullptr;
    for (const Special& special : specials_) {
      const size_t found = utf8.find(special.text);
      if (found == std::string_view::npos) continue;
      if (!next || found < at || (found == at && special.text.size() > next->text.size())) {
        at = found;
        next = &special;
      }
    }
    TokenizePlain(utf8.substr(0, at), ids);
    if (!next) break;
    ids.push_back(next->id);
    utf8.remove_prefix(at + next->text.size());
  }
  return ids;
}

void WordPieceTokenizer::TokenizePlain(std::string_view utf8, std::vector<int32_t>& ids) const {
  if (utf8.empty()) return;
  const std::u32string normal = NormalizeBert(utf8, config_);
  for (const std::u32string_view word : SplitBert(normal)) TokenizeWord(word, ids);
}

// Greedy: the longest piece that begins the rest of the word; a rest without one makes the whole
// word unknown.
void WordPieceTokenizer::TokenizeWord(std::u32string_view word, std::vector<int32_t>& ids) const {
  if (word.size() > kMaxWordCodePoints) {
    ids.push_back(unknown_id_);
    return;
  }
  std::string bytes(kContinuation);
  std::vector<size_t> ends;  // in bytes, behind each code point
  for (const char32_t c : word) {
    AppendUtf8(c, bytes);
    ends.push_back(bytes.size());
  }
  const size_t before = ids.size();
  std::string piece;
  size_t done = 0;
  while (done < word.size()) {
    const size_t begin = done == 0 ? kContinuation.size() : ends[done - 1];
    size_t end = word.size() + 1;
    std::optional<int32_t> id;
    while (!id && --end > done) {
      piece.assign(done == 0 ? std::string_view() : kContinuation);
      piece.append(bytes, begin, ends[end - 1] - begin);
      id = vocabulary_.Find(piece);
    }
    if (!id) {
      ids.resize(before);
      ids.push_back(unknown_id_);
      return;
    }
    ids.push_back(*id);
    done = end;
  }
}

Encoding WordPieceTokenizer::Encode(std::string_view text, size_t max_length) const {
  constexpr size_t kSpecials = 2;
  std::vector<int32_t> tokens = Tokenize(text);
  tokens.resize(std::min(tokens.size(), max_length > kSpecials ? max_length - kSpecials : 0));
  Encoding encoding;
  encoding.ids.reserve(tokens.size() + kSpecials);
  encoding.ids.push_back(classify_id_);
  encoding.ids.insert(encoding.ids.end(), tokens.begin(), tokens.end());
  encoding.ids.push_back(separate_id_);
  encoding.second_begin = encoding.ids.size();
  return encoding;
}

Encoding WordPieceTokenizer::Encode(std::string_view first, std::string_view second,
                                    size_t max_length) const {
  constexpr size_t kSpecials = 3;
  std::vector<int32_t> second_tokens = Tokenize(second);
  const std::vector<int32_t> first_tokens = Tokenize(first);
  const auto [first_count, second_count] =
      LongestFirst(first_tokens.size(), second_tokens.size(),
                   max_length > kSpecials ? max_length - kSpecials : 0);
  second_tokens.resize(second_count);
  Encoding encoding;
  encoding.ids.reserve(first_count + second_count + kSpecials);
  encoding.ids.push_back(classify_id_);
  encoding.ids.insert(encoding.ids.end(), first_tokens.begin(),
                      first_tokens.begin() + static_cast<std::ptrdiff_t>(first_count));
  encoding.ids.push_back(separate_id_);
  encoding.second_begin = encoding.ids.size();
  encoding.ids.insert(encoding.ids.end(), second_tokens.begin(), second_tokens.end());
  encoding.ids.push_back(separate_id_);
  return encoding;
}

}  // namespace sparsweep::core
