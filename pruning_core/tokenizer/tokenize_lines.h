// `sparsweep-trainer tokenize --model DIR [--offsets]`: what the tokenizer makes of any text, for a
// look and for comparisons.
#pragma once

#include <iosfwd>

#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

// One line of `out` a line of `in`: the ids with [CLS] and [SEP], separated by spaces, not
// truncated.
void TokenizeLines(const WordPieceTokenizer& tokenizer, std::istream& in, std::ostream& out);

// The same as JSON lines, {"ids":[101,…,102],"offsets":[[0,0],[0,3],…,[0,0]]}: offsets[i] is where
// ids[i] stands in the line, its first code point and the one behind its last, counted from 0; that
// of [CLS] and [SEP] is [0,0].
void TokenizeLinesWithOffsets(const WordPieceTokenizer& tokenizer, std::istream& in,
                              std::ostream& out);

}  // namespace sparsweep::core
