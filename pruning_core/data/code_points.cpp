#include "pruning_core/data/code_points.h"

#include <unicode/utf8.h>

#include <algorithm>

namespace sparsweep::core {

std::u32string Decoded(std::string_view utf8) {
  std::u32string text;
  text.reserve(utf8.size());
  const auto* bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  const auto length = static_cast<int64_t>(utf8.size());
  for (int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, i, length, c);
    text.push_back(static_cast<char32_t>(c));
  }
  return text;
}

uint32_t CodePoints(std::string_view utf8) {
  return static_cast<uint32_t>(std::ranges::count_if(utf8, [](char c) { return !U8_IS_TRAIL(c); }));
}

}  // namespace sparsweep::core
