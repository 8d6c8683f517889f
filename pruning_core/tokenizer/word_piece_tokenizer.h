// Text to token ids and their places in the text, as HF's BertTokenizerFast gives them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/tokenizer/tokenizer_config.h"
#include "pruning_core/tokenizer/vocabulary.h"

namespace sparsweep::core {

// Code points begin to end (not included) of a text, counted from 0.
struct CharacterRange {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool operator==(const CharacterRange&) const = default;
};

// offsets[i] is where ids[i] stands in the text: from the first to the last code point that it was
// made of, so what the clean-up and the accent step take out at its ends is not in it.
struct Tokens {
  std::vector<int32_t> ids;
  std::vector<CharacterRange> offsets;
};

// [CLS] first [SEP], or [CLS] first [SEP] second [SEP]. Token types: 0 for ids before
// `second_begin`, 1 from there on.
struct Encoding {
  std::vector<int32_t> ids;
  size_t second_begin = 0;  // = ids.size() for one text
};

// Immutable; may be used from several threads.
class WordPieceTokenizer {
 public:
  static constexpr size_t kNoLimit = static_cast<size_t>(-1);

  // Reads vocabulary and configuration of an HF directory. Throws UserError as LoadVocabulary and
  // LoadTokenizerConfig do, and BAD_TOKENIZER when a special token is not in the vocabulary.
  [[nodiscard]] static WordPieceTokenizer Load(const std::string& model_directory);
  WordPieceTokenizer(Vocabulary vocabulary, TokenizerConfig config);

  // Without [CLS] and [SEP].
  [[nodiscard]] std::vector<int32_t> Tokenize(std::string_view utf8) const;
  [[nodiscard]] Tokens TokenizeWithOffsets(std::string_view utf8) const;
  // At most `max_length` ids, the special ones included. Two texts are cut as in HF's "longest
  // first": the longer one until both are equal, then both.
  [[nodiscard]] Encoding Encode(std::string_view text, size_t max_length = kNoLimit) const;
  [[nodiscard]] Encoding Encode(std::string_view first, std::string_view second,
                                size_t max_length = kNoLimit) const;

  [[nodiscard]] int32_t pad_id() const { return pad_id_; }
  [[nodiscard]] int32_t classify_id() const { return classify_id_; }
  [[nodiscard]] int32_t separate_id() const { return separate_id_; }
  [[nodiscard]] size_t vocabulary_size() const { return vocabulary_.size(); }
  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  struct Special {
    std::string text;
    int32_t id = 0;
    uint32_t length = 0;  // code points
  };

  // Both add to `tokens`. `begin`: code points of the text before the part.
  uint32_t TokenizePlain(std::string_view utf8, uint32_t begin, Tokens& tokens) const;
  void TokenizeWord(std::u32string_view word, std::span<const uint32_t> sources, uint32_t begin,
                    Tokens& tokens) const;

  Vocabulary vocabulary_;
  TokenizerConfig config_;
  std::vector<Special> specials_;
  int32_t unknown_id_ = 0;
  int32_t classify_id_ = 0;
  int32_t separate_id_ = 0;
  int32_t pad_id_ = 0;
};

}  // namespace sparsweep::core
