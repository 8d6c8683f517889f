// Fills a BertModel's encoder from the weights of a directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/bert_weights.h"
#include "pruning_core/models/parameter.h"

namespace sparsweep::core {

struct StoredSize {
  std::string name;  // as in Parameter
  std::vector<int64_t> shape;
};

// The tensors that a model's memory goes into, as the config gives them: the tables and, of each
// layer, the matrices.
[[nodiscard]] std::vector<StoredSize> LargeTensors(const BertConfig& config, int64_t layers);

// The sizes that config.json gives against those of the files, before memory is taken for them.
// Throws UserError: TENSOR_MISSING, TENSOR_SHAPE.
void RequireStoredSizes(const BertWeights& weights, const BertConfig& config, int64_t layers);

// Every parameter that is not of the head. Throws UserError as BertWeights::Read.
void ReadEncoder(const BertWeights& weights, const ParameterList& parameters);

}  // namespace sparsweep::core
