// What a model directory says about its tokenizer, apart from the vocabulary.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sparsweep::core {

// Special tokens are found in the raw text before anything else, so that a "[MASK]" in the text is
// one token.
struct TokenizerConfig {
  bool lower_case = true;
  bool clean_text = true;
  bool split_cjk = true;              // spaces around CJK ideographs
  std::optional<bool> strip_accents;  // absent: as lower_case
  std::string unknown = "[UNK]";
  std::string classify = "[CLS]";
  std::string separate = "[SEP]";
  std::string pad = "[PAD]";
  std::string mask = "[MASK]";

  [[nodiscard]] bool StripsAccents() const { return strip_accents.value_or(lower_case); }
  [[nodiscard]] std::vector<std::string> SpecialTokens() const;
};

// Reads tokenizer_config.json and, where it stands, tokenizer.json's normalizer, which wins.
// Neither file: the defaults above, those of an uncased BERT. Truncation and padding written in
// tokenizer.json are ignored: max_length decides. Throws UserError (BAD_TOKENIZER) for a file that
// is not JSON or a normalizer, pre-tokenizer or model that is not BERT's.
[[nodiscard]] TokenizerConfig LoadTokenizerConfig(const std::string& model_directory);

}  // namespace sparsweep::core
