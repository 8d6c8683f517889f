// BertModel's earlier name, for callers that have not moved yet.
#pragma once

#include "pruning_core/models/bert_model.h"

namespace sparsweep::core {

using BertClassifier = BertModel;

}  // namespace sparsweep::core
