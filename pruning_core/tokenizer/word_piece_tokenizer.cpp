#include "pruning_core/tokenizer/word_piece_tokenizer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/bert_normalizer.h"

namespace sparsweep::core {
namespace {

constexpr size_t kMaxWordCodePoints = 100;

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

uint32_t Length(std::string_view utf8) {
  return static_cast<uint32_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
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
    if (const auto id = vocabulary_.Find(token)) specials_.push_back({token, *id, Length(token)});
  }
}

std::vector<int32_t> WordPieceTokenizer::Tokenize(std::string_view utf8) const {
  return TokenizeWithOffsets(utf8).ids;
}

Tokens WordPieceTokenizer::TokenizeWithOffsets(std::string_view utf8) const {
  Tokens tokens;
  std::vector<size_t> next;  // where each special token stands next
  for (const Special& special : specials_) next.push_back(utf8.find(special.text));
  uint32_t characters = 0;
  for (size_t done = 0; done < utf8.size();) {
    // The leftmost special token, the longest of those that begin there.
    size_t at = std::string_view::npos;
    const Special* found = nullptr;
    for (size_t i = 0; i < specials_.size(); ++i) {
      if (next[i] < done) next[i] = utf8.find(specials_[i].text, done);
      if (next[i] == std::string_view::npos || next[i] > at) continue;
      if (next[i] == at && specials_[i].text.size() <= found->text.size()) continue;
      at = next[i];
      found = &specials_[i];
    }
    characters += TokenizePlain(utf8.substr(done, at - done), characters, tokens);
    if (!found) break;
    tokens.ids.push_back(found->id);
    tokens.offsets.push_back({characters, characters + found->length});
    characters += found->length;
    done = at + found->text.size();
  }
  return tokens;
}

// Returns the part's code points.
uint32_t WordPieceTokenizer::TokenizePlain(std::string_view utf8, uint32_t begin,
                                           Tokens& tokens) const {
  if (utf8.empty()) return 0;
  const NormalText normal = NormalizeBert(utf8, config_);
  for (const std::u32string_view word : SplitBert(normal.text)) {
    const auto first = static_cast<size_t>(word.data() - normal.text.data());
    TokenizeWord(word, std::span(normal.sources).subspan(first, word.size()), begin, tokens);
  }
  return normal.length;
}

// Greedy: the longest piece that begins the rest of the word; a rest without one makes the whole
// word unknown.
void WordPieceTokenizer::TokenizeWord(std::u32string_view word, std::span<const uint32_t> sources,
                                      uint32_t begin, Tokens& tokens) const {
  const auto put = [&](int32_t id, size_t first, size_t end) {
    tokens.ids.push_back(id);
    tokens.offsets.push_back({begin + sources[first], begin + sources[end - 1] + 1});
  };
  if (word.size() > kMaxWordCodePoints) {
    put(unknown_id_, 0, word.size());
    return;
  }
  std::string bytes;
  std::array<uint16_t, kMaxWordCodePoints + 1> ends{};  // ends[i]: bytes of the first i code points
  for (size_t i = 0; i < word.size(); ++i) {
    AppendUtf8(word[i], bytes);
    ends[i + 1] = static_cast<uint16_t>(bytes.size());
  }
  const std::string_view all = bytes;
  const size_t before = tokens.ids.size();
  for (size_t done = 0; done < word.size();) {
    size_t end = word.size() + 1;
    std::optional<int32_t> id;
    while (!id && --end > done) {
      const std::string_view piece = all.substr(ends[done], ends[end] - ends[done]);
      if (piece.size() > vocabulary_.longest_piece()) continue;
      id = done == 0 ? vocabulary_.Find(piece) : vocabulary_.FindContinuation(piece);
    }
    if (!id) {
      tokens.ids.resize(before);
      tokens.offsets.resize(before);
      put(unknown_id_, 0, word.size());
      return;
    }
    put(*id, done, end);
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
