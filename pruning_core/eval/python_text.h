// The steps of Python's str that the official SQuAD rules are written in, on UTF-8.
//
// Code points assigned by Unicode 14 and earlier come out as in Python 3.11; later ones follow
// ICU's tables. Bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::core {

// str.lower(): full mappings, a final sigma by its neighbors, no locale.
[[nodiscard]] std::string PythonLower(std::string_view utf8);
// str.split(): views into `utf8` between runs of white space.
[[nodiscard]] std::vector<std::string_view> PythonSplit(std::string_view utf8);
// str.isspace() of one code point.
[[nodiscard]] bool IsPythonSpace(char32_t c);
// Whether `c` matches \w in a pattern of re.
[[nodiscard]] bool IsPythonWord(char32_t c);

}  // namespace sparsweep::core
