#include "base/utf8.h"

#include <cstdint>

namespace sparsweep::base {
namespace {

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xc0) == 0x80; }

// Length of the well-formed sequence at the start of `text` (Unicode 15, table 3-7); 0 if none.
size_t SequenceLength(std::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  const auto second = static_cast<uint8_t>(text[1]);
  if (first == 0xe0 && second < 0xa0) return 0;  // overlong
  if (first == 0xed && second > 0x9f) return 0;  // surrogates
  if (first == 0xf0 && second < 0x90) return 0;  // overlong
  if (first == 0xf4 && second > 0x8f) return 0;  // above U+10FFFF
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  return length;
}

}  // namespace

std::string ValidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) {
      valid += "\xef\xbf\xbd";
      text.remove_prefix(1);
    } else {
      valid += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return valid;
}

std::string ShortenUtf8(std::string text, size_t limit) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= limit) return text;
  size_t end = limit - kEllipsis.size();
  while (end > 0 && IsContinuation(text[end])) --end;
  text.resize(end);
  text += kEllipsis;
  return text;
}

}  // namespace sparsweep::base
