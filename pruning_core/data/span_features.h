// Questions and their contexts, cut into windows that a model can take.
#pragma once

#include <cstdint>
#include <vector>

#include "pruning_core/data/dataset.h"
#include "pruning_core/data/squad_example.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

// One window: [CLS] question [SEP] part of the context [SEP]. A position counts from [CLS] = 0.
struct SpanFeature {
  uint32_t example = 0;  // index of its example
  Encoding encoding;
  // Positions of the context's tokens, the last one included. Never empty.
  uint32_t first_context_token = 0;
  uint32_t last_context_token = 0;
  // Of the token at first_context_token + i: where it stands in the context, and whether this
  // window shows it with the most context on its shorter side of all windows that have it.
  std::vector<CharacterRange> offsets;
  std::vector<bool> max_context;
  // The first answer, for training; {0, 0}, that is [CLS], where there is none or the window does
  // not hold all of it.
  TokenSpan answer;
};

struct SpanOptions {
  uint32_t max_length = 384;       // tokens of a window, [CLS] and both [SEP] included
  uint32_t stride = 128;           // tokens that two successive windows share
  uint32_t max_query_length = 64;  // tokens of the question, the rest is cut off
};

// The windows of one example, from left to right; none when the context has no tokens. Windows and
// the answer's positions are those of HF's question-answering example with a fast tokenizer, save
// for two cases that make no sense there: an answer whose first token is the window's last is found
// at that token (that search runs on into the padding), and one inside a character that comes apart
// into several tokens takes them all (there it ends before it begins). max_context is that of its
// older SQuAD features. Throws UserError (BAD_STRIDE) when a context needs a second window and the
// question leaves no room to move on.
[[nodiscard]] std::vector<SpanFeature> MakeSpanFeatures(const SquadExample& example, uint32_t index,
                                                        const WordPieceTokenizer& tokenizer,
                                                        const SpanOptions& options);

}  // namespace sparsweep::core
