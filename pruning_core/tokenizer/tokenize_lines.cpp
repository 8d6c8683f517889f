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

void TokenizeLinesWithOffsets(const WordPieceTokenizer& tokenizer, std::istream& in,
                              std::ostream& out) {
  std::string line;
  while (std::getline(in, line)) {
    const Tokens tokens = tokenizer.TokenizeWithOffsets(line);
    out << R"({"ids":[)" << tokenizer.classify_id();
    for (const int32_t id : tokens.ids) out << ',' << id;
    out << ',' << tokenizer.separate_id() << R"(],"offsets":[[0,0])";
    for (const CharacterRange range : tokens.offsets) {
      out << ",[" << range.begin << ',' << range.end << ']';
    }
    out << ",[0,0]]}\n";
  }
}

}  // namespace sparsweep::core
