#include "pruning_core/tokenizer/bert_normalizer.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <stdexcept>

#include "pruning_core/tokenizer/code_point_classes.h"

namespace sparsweep::core {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

std::u32string Decode(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  const auto* bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  const auto length = static_cast<int64_t>(utf8.size());
  for (int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    out.push_back(c < 0 ? kReplacement : static_cast<char32_t>(c));
  }
  return out;
}

std::u32string CleanText(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    if (c == 0 || c == kReplacement || IsBertControl(c)) continue;
    out.push_back(IsBertWhiteSpace(c) ? U' ' : c);
  }
  return out;
}

std::u32string SpaceCjk(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    if (IsCjkIdeograph(c)) {
      out.append({U' ', c, U' '});
    } else {
      out.push_back(c);
    }
  }
  return out;
}

const icu::Normalizer2& Nfd() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(error);
  if (!nfd) throw std::runtime_error("ICU has no NFD data");
  return *nfd;
}

void AppendDecomposed(std::u32string_view run, std::u32string& out) {
  const auto utf16 = icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(run.data()),
                                                   static_cast<int32_t>(run.size()));
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString decomposed = Nfd().normalize(utf16, error);
  if (U_FAILURE(error)) throw std::bad_alloc();
  for (int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const auto c = static_cast<char32_t>(decomposed.char32At(i));
    if (!IsNonSpacingMark(c)) out.push_back(c);
  }
}

// Non-spacing marks all have a code point that may decompose, so the others can be copied.
std::u32string StripAccents(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && MayDecompose(text[end])) ++end;
    if (end > i) AppendDecomposed(text.substr(i, end - i), out);
    if (end < text.size()) out.push_back(text[end]);
    i = end + 1;
  }
  return out;
}

std::u32string LowerCase(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    if (c == 0x130) {  // the one letter whose full lower case is two code points
      out.append({U'i', char32_t{0x307}});
    } else {
      out.push_back(ToLower(c));
    }
  }
  return out;
}

}  // namespace

std::u32string NormalizeBert(std::string_view utf8, const TokenizerConfig& config) {
  std::u32string text = Decode(utf8);
  if (config.clean_text) text = CleanText(text);
  if (config.split_cjk) text = SpaceCjk(text);
  if (config.StripsAccents()) text = StripAccents(text);
  if (config.lower_case) text = LowerCase(text);
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
