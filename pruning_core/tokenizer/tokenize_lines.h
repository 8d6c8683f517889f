// `sparsweep-trainer tokenize --model DIR`: what the tokenizer makes of any text, for a look and
// for comparisons.
#pragma once

#include <iosfwd>

#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

// One line of `out` a line of `in`: the ids with [CLS] and [SEP], separated by spaces, not
// truncated.
void TokenizeLines(const WordPieceTokenizer& tokenizer, std::istream& in, std::ostream& out);

}  // namespace sparsweep::core
