#include "pruning_core/tokenizer/tokenize_lines.h"

#include <istream>
#include <ostream>
#include <string>

namespace sparsweep::core {

void TokenizeLines(const WordPieceTokenizer& tokenizer, std::istream& in, std::ostream& out) {
  std::string line;
  while (std::getline(in, line)) {
    const char* gap = "";
    for (const int32_t id : tokenizer.Encode(line).ids) {
      out << gap << id;
      gap = " ";
    }
    out << '\n';
  }
}

}  // namespace sparsweep::core
