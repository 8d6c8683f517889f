// Writes the line of every code point to stdout, for test_tokenizer.py.
#include <iostream>

#include "tests/pruning_core/tokenizer/code_point_lines.h"

int main() {
  for (char32_t plane = 0; plane < 17; ++plane) std::cout << sparsweep::core::PlaneLines(plane);
  return std::cout.good() ? 0 : 1;
}
