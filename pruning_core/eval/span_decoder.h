// From the start and end logits of a context's windows to the text of the answer.
//
// What HF's question-answering example does after the model: in each window the n_best largest
// start and end logits are paired; a pair counts when both lie in the context, the end is not
// before the start, the answer has at most max_answer_length tokens, and no other window shows its
// first token with more context; the pairs of all windows are ranked by the sum of their logits.
// Where no answer is allowed, the smallest sum of any window's [CLS] logits stands against the best
// pair. Two things differ: logits of padding never take part, so an answer does not depend on how a
// window was batched, and where no pair counts the answer is empty, not the word "empty".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/data/span_features.h"

namespace sparsweep::core {

struct SpanDecoding {
  uint32_t n_best = 20;
  uint32_t max_answer_length = 30;  // tokens
  bool allow_no_answer = false;     // SQuAD 2.0
  // The answer is empty when the score of no answer exceeds the best pair's by more than this.
  float null_score_threshold = 0;
};

// Windows may come in any order: of equal pairs the earlier row's counts. Keeps the best pair of
// each example only. One thread.
class SpanDecoder {
 public:
  // `examples` and `features` must outlive the decoder.
  SpanDecoder(std::span<const SquadExample> examples, std::span<const SpanFeature> features,
              const SpanDecoding& options);

  // `logits` [S, 2] row-major of features[row], start first, S at least its number of tokens. Each
  // row once.
  void Add(uint32_t row, std::span<const float> logits);

  // One text an example, in their order; empty for one without windows.
  [[nodiscard]] std::vector<std::string> Answers() const;

 private:
  struct Pair {
    float start;
    float end;
    uint32_t row;
    CharacterRange text;
  };
  struct Found {
    std::optional<Pair> best;
    std::optional<float> null_score;  // the smallest
  };

  static bool Better(const Pair& pair, const std::optional<Pair>& than);
  [[nodiscard]] std::string Answer(const SquadExample& example, const Found& found) const;

  std::span<const SquadExample> examples_;
  std::span<const SpanFeature> features_;
  SpanDecoding options_;
  std::vector<Found> found_;  // an example each
};

// The code points `range` of `utf8`, as far as it has them.
[[nodiscard]] std::string_view CodePoints(std::string_view utf8, CharacterRange range);

}  // namespace sparsweep::core
