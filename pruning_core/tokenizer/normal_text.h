// Text on its way to word pieces, with where each code point comes from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsweep::core {

// sources[i]: position, in code points, of the code point of the original text that text[i] was
// made of; never falls. Both have the same length.
struct NormalText {
  std::u32string text;
  std::vector<uint32_t> sources;
  uint32_t length = 0;  // code points of the original text

  void Append(char32_t c, uint32_t source) {
    text.push_back(c);
    sources.push_back(source);
  }
};

}  // namespace sparsweep::core
