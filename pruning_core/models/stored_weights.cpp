#include "pruning_core/models/stored_weights.h"

#include <fmt/format.h>

namespace sparsweep::core {

std::vector<StoredSize> LargeTensors(const BertConfig& config, int64_t layers) {
  const int64_t hidden = config.hidden_size;
  std::vector<StoredSize> tensors = {
      {"embeddings.word_embeddings.weight", {config.vocab_size, hidden}},
      {"embeddings.position_embeddings.weight", {config.max_position_embeddings, hidden}},
      {"embeddings.token_type_embeddings.weight", {config.type_vocab_size, hidden}}};
  for (int64_t i = 0; i < layers; ++i) {
    const std::string layer = fmt::format("encoder.layer.{}", i);
    for (const char* name : {"attention.self.query", "attention.self.key", "attention.self.value",
                             "attention.output.dense"}) {
      tensors.push_back({fmt::format("{}.{}.weight", layer, name), {hidden, hidden}});
    }
    tensors.push_back({layer + ".intermediate.dense.weight", {config.intermediate_size, hidden}});
    tensors.push_back({layer + ".output.dense.weight", {hidden, config.intermediate_size}});
  }
  return tensors;
}

void RequireStoredSizes(const BertWeights& weights, const BertConfig& config, int64_t layers) {
  for (const StoredSize& tensor : LargeTensors(config, layers)) {
    weights.Require(tensor.name, tensor.shape);
  }
}

void ReadEncoder(const BertWeights& weights, const ParameterList& parameters) {
  for (const Parameter& parameter : parameters) {
    if (parameter.role == ParameterRole::kHead) continue;
    parameter.value.copy_(weights.Read(parameter.name, parameter.value.sizes()));
  }
}

}  // namespace sparsweep::core
