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

constexpr double kPaddingScore = -10000.0;

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

// [B, 1, 1, S]: 0 on tokens, -10000 on padding; undefined when nothing is padded.
at::Tensor PaddingScores(const Batch& batch) {
  const at::Tensor& attention_mask = batch.attention_mask;
  if (batch.unpadded) return {};
  if (attention_mask.is_cpu() && attention_mask.all().item<bool>()) return {};
  return ((1.0 - attention_mask.to(at::kFloat)) * kPaddingScore).unsqueeze(1).unsqueeze(1);
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

at::Tensor BertModel::Embed(const Batch& batch) const {
  const at::Tensor positions = at::arange(batch.input_ids.size(1), batch.input_ids.options());
  const at::Tensor words = at::embedding(word_, batch.input_ids, config_.pad_token_id);
  const at::Tensor types =
      at::embedding(token_type_, batch.token_type_ids.clamp_max(config_.type_vocab_size - 1));
  return embedding_norm_(words + types + at::embedding(position_, positions));
}

int64_t BertModel::TokensRead(int64_t all) const {
  return head_ != Head::kSpan && pooling_ == Pooling::kCls ? 1 : all;
}

at::Tensor BertModel::Encode(const Batch& batch, int64_t tokens,
                             const BatchDropout& dropout) const {
  const at::Tensor padding = PaddingScores(batch);
  const PrecisionScope scope(precision_, device());
  at::Tensor hidden = dropout.Hidden(Embed(batch), kEmbeddingSite);
  uint64_t site = kFirstLayerSite;
  for (const BertLayer& layer : layers_) {
    const bool last = &layer == &layers_.back();
    hidden = layer.Forward(hidden, last ? tokens : hidden.size(1), padding, dropout, site);
    site += BertLayer::kDropoutSites;
  }
  return hidden;
}

at::Tensor BertModel::HiddenStates(const Batch& batch) const {
  return Encode(batch, batch.input_ids.size(1), BatchDropout({}, {}));
}

at::Tensor BertModel::Pool(const at::Tensor& hidden, const at::Tensor& attention_mask) const {
  if (pooling_ == Pooling::kCls) return at::tanh(pooler_(hidden.select(1, 0)));
  const at::Tensor tokens = attention_mask.to(at::kFloat).unsqueeze(-1);  // [B, S, 1]
  return (hidden * tokens).sum(1) / tokens.sum(1).clamp_min(1e-9);
}

at::Tensor BertModel::Logits(const Batch& batch, const Dropout& dropout) const {
  const BatchDropout active(dropout, batch.rows);
  const at::Tensor hidden = Encode(batch, TokensRead(batch.input_ids.size(1)), active);
  if (head_ == Head::kSpan) return output_(hidden);
  return output_(active.Hidden(Pool(hidden, batch.attention_mask), kPooledSite));
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
