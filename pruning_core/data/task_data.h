// Everything a trial's task reads: its files checked and tokenized.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contract/trial_spec.h"
#include "pruning_core/data/dataset.h"
#include "pruning_core/data/label_set.h"
#include "pruning_core/data/span_features.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

// What decoding and scoring of spans need: features[i] is row i of the dev dataset, and
// features[i].example an index into `examples`.
struct SpanQuestions {
  std::vector<SquadExample> examples;
  std::vector<SpanFeature> features;
};

struct TaskData {
  LabelSet labels;  // empty for regression and spans
  Dataset train;
  Dataset dev;                            // of the first dev_limit examples
  std::optional<Dataset> dev_mismatched;  // MNLI's second dev set
  SpanQuestions dev_questions;            // spans only
  // Training questions left out because the answer's text does not stand where the file says.
  uint64_t questions_left_out = 0;
};

// Throws UserError as ReadTable, ReadSquad, MakeSpanFeatures and LabelSet do.
[[nodiscard]] TaskData LoadTaskData(const contract::TaskSpec& task,
                                    const WordPieceTokenizer& tokenizer);

}  // namespace sparsweep::core
