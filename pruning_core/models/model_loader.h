// A BertModel filled from an HF directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/trial_spec.h"
#include "pruning_core/models/bert_model.h"

namespace sparsweep::core {

struct LoadedModel {
  BertModel model;
  std::vector<std::string>
      initialized;  // parameters that were not in the directory: fresh head, or pooler
};

// Reads config.json and model.safetensors, or its shards, of spec.path. Missing pooler and head
// weights (also a head for another number of labels) are drawn from normal(0, 0.02) by (seed,
// name), biases 0. Throws UserError: MODEL_NOT_FOUND, BAD_CONFIG, BAD_SAFETENSORS, BAD_SHARD_INDEX,
// TENSOR_MISSING, TENSOR_SHAPE, TENSOR_NOT_FINITE, TOO_MANY_LAYERS.
[[nodiscard]] LoadedModel LoadBertModel(const contract::ModelSpec& spec, Head head, int64_t labels,
                                        uint64_t seed);

// Draws a parameter from normal(0, 0.02); the same numbers for the same seed and name.
void InitializeNormal(Parameter& parameter, uint64_t seed);

}  // namespace sparsweep::core
