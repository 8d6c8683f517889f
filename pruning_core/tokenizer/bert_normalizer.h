// The two text steps before word pieces, as the tokenizers library (0.23.3) does them for BERT.
#pragma once

#include <string_view>
#include <vector>

#include "pruning_core/tokenizer/normal_text.h"
#include "pruning_core/tokenizer/tokenizer_config.h"

namespace sparsweep::core {

// Clean-up (control characters out, every white space a space), spaces around CJK ideographs,
// accents out (NFD, then no non-spacing marks), lower case code point by code point. Invalid UTF-8
// becomes U+FFFD, one for each code unit sequence that Unicode calls maximal, which the clean-up
// takes out.
[[nodiscard]] NormalText NormalizeBert(std::string_view utf8, const TokenizerConfig& config);

// Splits at white space and makes each punctuation mark a word of its own. The words are views into
// `text`.
[[nodiscard]] std::vector<std::u32string_view> SplitBert(std::u32string_view text);

}  // namespace sparsweep::core
