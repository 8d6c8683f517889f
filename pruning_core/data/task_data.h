// Everything a trial's task reads: both files checked and tokenized.
#pragma once

#include "contract/trial_spec.h"
#include "pruning_core/data/dataset.h"
#include "pruning_core/data/label_set.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

struct TaskData {
  LabelSet labels;
  Dataset train;
  Dataset dev;  // the first dev_limit examples
};

// Throws UserError as ReadTable and LabelSet do.
[[nodiscard]] TaskData LoadTaskData(const contract::TaskSpec& task,
                                    const WordPieceTokenizer& tokenizer);

}  // namespace sparsweep::core
