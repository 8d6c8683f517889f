#include "pruning_core/models/bert_model.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include "pruning_core/models/device_settings.h"

namespace sparsweep::core {
namespace {

// Dropout sites; a layer's do not depend on how many there are.
constexpr uint64_t kEmbeddingSite = 0;
constexpr uint64_t kPooledSite = 1;
constexpr uint64_t kFirstLayerSite = 2;

at::Tensor AddTable(const char* name, int64_t rows, int64_t columns, ParameterList& parameters) {
  at::Tensor table = at::zeros({rows, columns}, at::kFloat);
  parameters.push_back({fmt::format("embeddings.{}_embeddings.weight", name), table,
                        ParameterRole::kEmbedding, true});
  return table;
}

// On a device moving rows costs more than a little padding does, and oneDNN makes its products in
// bf16 anew for every number of rows: there it pays from a quarter of padding on.
bool PackingPays(const PackedTokens& tokens, Precision precision, at::Device device) {
  if (device.is_cpu() && precision == Precision::kFp32) return tokens.padded();
  return 4 * tokens.count() <= 3 * tokens.examples() * tokens.width();
}

}  // namespace

BertModel::BertModel(const BertConfig& config, int64_t layers, Pooling pooling, Head head,
                     int64_t labels)
    : config_(config), pooling_(pooling), head_(head) {
  const int64_t hidden = config.hidden_size;
  word_ = AddTable("word", config.vocab_size, hidden, parameters_);
  position_ = AddTable("position", config.max_position_embeddings, hidden, parameters_);
  token_type_ = AddTable("token_type", config.type_vocab_size, hidden, parameters_);
  embedding_norm_ = AddLayerNorm("embeddings.LayerNorm", hidden, config.layer_norm_eps,
                                 ParameterRole::kEmbedding, parameters_);
  const BertLayerShape shape{hidden, config.num_attention_heads, config.intermediate_size,
                             config.layer_norm_eps, config.activation};
  for (int64_t i = 0; i < layers; ++i) {
    layers_.emplace_back(fmt::format("encoder.layer.{}", i), shape, parameters_);
  }
  constexpr ParameterRole kHead = ParameterRole::kHead;
  if (head != Head::kSpan && pooling == Pooling::kCls) {
    pooler_ = AddLinear("pooler.dense", hidden, hidden, kHead, kHead, parameters_);
  }
  output_ = AddLinear(std::string(HeadName(head)), hidden, HeadOutputs(head, labels), kHead, kHead,
                      parameters_);
}

void BertModel::MoveTo(at::Device device) {
  ComputeRepeatably(device);
  const at::NoGradGuard no_grad;
  for (const Parameter& parameter : parameters_) {
    parameter.value.set_data(parameter.value.to(device));
  }
}

at::Tensor BertModel::Embed(const Batch& batch, const PackedTokens& tokens, bool packed) const {
  const auto ids = [&](const at::Tensor& all) {  // [T] or [B, S]
    return packed ? all.flatten().index_select(0, tokens.places()) : all;
  };
  const at::Tensor positions = packed ? tokens.places().remainder(tokens.width())
                                      : at::arange(tokens.width(), batch.input_ids.options());
  const at::Tensor words = at::embedding(word_, ids(batch.input_ids), config_.pad_token_id);
  const at::Tensor types =
      at::embedding(token_type_, ids(batch.token_type_ids).clamp_max(config_.type_vocab_size - 1));
  return embedding_norm_(words + types + at::embedding(position_, positions)).flatten(0, -2);
}

BertModel::Reads BertModel::ReadsOf(const Batch& batch) const {
  if (head_ == Head::kSpan) return batch.padding_counts ? Reads::kPlaces : Reads::kTokens;
  return pooling_ == Pooling::kCls ? Reads::kFirst : Reads::kTokens;
}

at::Tensor BertModel::Encode(const Batch& batch, const PackedTokens& tokens, Reads reads,
                             const BatchDropout& dropout) const {
  const PrecisionScope scope(precision_, device());
  const bool packed = reads != Reads::kPlaces && PackingPays(tokens, precision_, device());
  at::Tensor hidden = Embed(batch, tokens, packed);
  hidden = dropout.Hidden(hidden, kEmbeddingSite);
  uint64_t site = kFirstLayerSite;
  for (const BertLayer& layer : layers_) {
    const bool first = reads == Reads::kFirst && &layer == &layers_.back();
    hidden = layer.Forward(first ? tokens.First(hidden) : hidden, hidden, tokens, dropout, site);
    site += BertLayer::kDropoutSites;
  }
  return reads == Reads::kTokens ? tokens.Pack(hidden) : hidden;
}

at::Tensor BertModel::HiddenStates(const Batch& batch) const {
  const PackedTokens tokens(batch);
  return tokens.ByExample(Encode(batch, tokens, Reads::kPlaces, BatchDropout({}, {}, tokens)));
}

at::Tensor BertModel::Pool(const at::Tensor& hidden, const PackedTokens& tokens,
                           const at::Tensor& attention_mask) const {
  if (pooling_ == Pooling::kCls) return at::tanh(pooler_(hidden));
  return tokens.ByExample(hidden).sum(1) / attention_mask.sum(1, /*keepdim=*/true);
}

at::Tensor BertModel::Logits(const Batch& batch, const Dropout& dropout) const {
  const PackedTokens tokens(batch);
  const BatchDropout active(dropout, batch.rows, tokens);
  const at::Tensor hidden = Encode(batch, tokens, ReadsOf(batch), active);
  if (head_ == Head::kSpan) return tokens.ByExample(output_(hidden));
  return output_(active.Hidden(Pool(hidden, tokens, batch.attention_mask), kPooledSite));
}

at::Tensor BertModel::InferLogits(const Batch& batch) const {
  const at::NoGradGuard no_grad;
  return Logits(batch);
}

std::map<std::string, at::Tensor> BertModel::ParameterMap() const {
  std::map<std::string, at::Tensor> map;
  for (const Parameter& parameter : parameters_) map.emplace(parameter.name, parameter.value.cpu());
  return map;
}

}  // namespace sparsweep::core
