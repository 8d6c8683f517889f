// Questions with the passages that answer them, cut into windows that a model can take.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pruning_core/data/dataset.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

struct SquadAnswer {
  std::string text;
  uint32_t start = 0;  // in the context, in code points
};

struct SquadExample {
  std::string id;
  std::string question;
  std::string context;
  std::vector<SquadAnswer> answers;  // of annotators; training takes the first. Empty: none
  bool is_impossible = false;        // SQuAD 2.0: the context does not answer the question
};

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

// The windows of one example, from left to right; none when the context has no tokens. Throws
// UserError (BAD_STRIDE) when the question leaves no room to move on.
[[nodiscard]] std::vector<SpanFeature> MakeSpanFeatures(const SquadExample& example, uint32_t index,
                                                        const WordPieceTokenizer& tokenizer,
                                                        const SpanOptions& options);

}  // namespace sparsweep::core
