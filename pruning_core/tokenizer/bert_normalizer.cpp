#include "pruning_core/tokenizer/bert_normalizer.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "pruning_core/tokenizer/accents.h"
#include "pruning_core/tokenizer/code_point_classes.h"

namespace sparsweep::core {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kCapitalIWithDot = 0x130;  // the one letter whose lower case is two code points
constexpr char32_t kDotAbove = 0x307;

NormalText Decode(std::string_view utf8) {
  NormalText out;
  out.text.reserve(utf8.size());
  out.sources.reserve(utf8.size());
  const auto* bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  const auto length = static_cast<int64_t>(utf8.size());
  for (int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    out.Append(c < 0 ? kReplacement : static_cast<char32_t>(c), out.length++);
  }
  return out;
}

// Removing code points and replacing single ones is done in place.
void CleanText(NormalText& text) {
  size_t kept = 0;
  for (size_t i = 0; i < text.text.size(); ++i) {
    const char32_t c = text.text[i];
    if (c == 0 || c == kReplacement || IsBertControl(c)) continue;
    text.text[kept] = IsBertWhiteSpace(c) ? U' ' : c;
    text.sources[kept++] = text.sources[i];
  }
  text.text.resize(kept);
  text.sources.resize(kept);
}

void SpaceCjk(NormalText& text) {
  if (std::ranges::none_of(text.text, IsCjkIdeograph)) return;
  NormalText out;
  out.length = text.length;
  for (size_t i = 0; i < text.text.size(); ++i) {
    const bool spaced = IsCjkIdeograph(text.text[i]);
    if (spaced) out.Append(U' ', text.sources[i]);
    out.Append(text.text[i], text.sources[i]);
    if (spaced) out.Append(U' ', text.sources[i]);
  }
  text = std::move(out);
}

// U+0130 becomes "i" and a dot; both have its source.
void SplitCapitalIWithDot(NormalText& text) {
  if (text.text.find(kCapitalIWithDot) == std::u32string::npos) return;
  NormalText out;
  out.length = text.length;
  for (size_t i = 0; i < text.text.size(); ++i) {
    const bool split = text.text[i] == kCapitalIWithDot;
    out.Append(split ? U'i' : text.text[i], text.sources[i]);
    if (split) out.Append(kDotAbove, text.sources[i]);
  }
  text = std::move(out);
}

void LowerCase(NormalText& text) {
  SplitCapitalIWithDot(text);
  std::ranges::transform(text.text, text.text.begin(), ToLower);
}

}  // namespace

NormalText NormalizeBert(std::string_view utf8, const TokenizerConfig& config) {
  NormalText text = Decode(utf8);
  if (config.clean_text) CleanText(text);
  if (config.split_cjk) SpaceCjk(text);
  if (config.StripsAccents()) StripAccents(text);
  if (config.lower_case) LowerCase(text);
  return text;
}

std::vector<std::u32string_view> SplitBert(std::u32string_view text) {
  std::vector<std::u32string_view> words;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    const bool space = i == text.size() || IsBertWhiteSpace(text[i]);
    const bool mark = !space && IsBertPunctuation(text[i]);
    if (!space && !mark) continue;
    if (i > begin) words.push_back(text.substr(begin, i - begin));
    if (mark) words.push_back(text.substr(i, 1));
    begin = i + 1;
  }
  return words;
}

}  // namespace sparsweep::core
