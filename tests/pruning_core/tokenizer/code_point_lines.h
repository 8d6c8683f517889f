// What our text steps do to each single code point, one line each, as tests/peer/code_points.py
// writes it for the tokenizers library.
#pragma once

#include <string>

namespace sparsweep::core {

// "CODE UNCASED CASED WORDS\n": the normalized text as hex code points joined by dots ("-" =
// nothing), and the number of words that a<c>b is split into.
[[nodiscard]] std::string CodePointLine(char32_t c);
// All lines of a plane (0 to 16), surrogates left out.
[[nodiscard]] std::string PlaneLines(char32_t plane);

}  // namespace sparsweep::core
