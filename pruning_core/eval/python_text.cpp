#include "pruning_core/eval/python_text.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace sparsweep::core {

std::string PythonLower(std::string_view utf8) {
  std::string lower;
  icu::UnicodeString::fromUTF8({utf8.data(), static_cast<int32_t>(utf8.size())})
      .toLower(icu::Locale::getRoot())
      .toUTF8String(lower);
  return lower;
}

std::vector<std::string_view> PythonSplit(std::string_view utf8) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  const auto length = static_cast<int64_t>(utf8.size());
  std::vector<std::string_view> words;
  int64_t begin = 0;
  for (int64_t i = 0; i < length;) {
    const int64_t at = i;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, i, length, c);
    if (!IsPythonSpace(static_cast<char32_t>(c))) continue;
    if (at > begin) {
      words.push_back(utf8.substr(static_cast<size_t>(begin), static_cast<size_t>(at - begin)));
    }
    begin = i;
  }
  if (length > begin) words.push_back(utf8.substr(static_cast<size_t>(begin)));
  return words;
}

// Bidirectional class WS, B or S, or category Zs.
bool IsPythonSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

// str.isalnum() or "_": letters, and all that has a numeric value.
bool IsPythonWord(char32_t c) {
  const auto point = static_cast<UChar32>(c);
  return c == U'_' || (U_GET_GC_MASK(point) & U_GC_L_MASK) != 0 ||
         u_getIntPropertyValue(point, UCHAR_NUMERIC_TYPE) != U_NT_NONE;
}

}  // namespace sparsweep::core
