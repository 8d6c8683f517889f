// Which head a model directory holds, and its weights.
#pragma once

#include <string>

#include "ATen/core/Tensor.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/bert_weights.h"
#include "pruning_core/models/head.h"

namespace sparsweep::core {

struct StoredHead {
  Head kind;
  Pooling pooling;
  at::Tensor weight;  // [outputs, H]
  at::Tensor bias;    // [outputs]
};

// Throws UserError: TEACHER_MISMATCH (field training.teacher) for a directory without a head for
// whole texts or spans, TENSOR_* for a head of other sizes than config.json's.
[[nodiscard]] StoredHead ReadStoredHead(const std::string& directory, const BertConfig& config,
                                        const BertWeights& weights);

}  // namespace sparsweep::core
