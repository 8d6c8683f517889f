// One encoder layer: self-attention and feed-forward, each with residual and LayerNorm after it.
#pragma once

#include <cstdint>
#include <string>

#include "ATen/core/Tensor.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/models/batch_dropout.h"
#include "pruning_core/models/packed_tokens.h"
#include "pruning_core/models/parameter.h"

namespace sparsweep::core {

struct LinearParameters {
  at::Tensor weight;  // [out, in]
  at::Tensor bias;    // [out]
  [[nodiscard]] at::Tensor operator()(const at::Tensor& input) const;
};

struct LayerNormParameters {
  at::Tensor weight;  // [H]
  at::Tensor bias;    // [H]
  double epsilon = 1e-12;
  [[nodiscard]] at::Tensor operator()(const at::Tensor& input) const;
};

// Allocate zeros (LayerNorm's weight: ones) and append them to `parameters` as NAME.weight and
// NAME.bias.
[[nodiscard]] LinearParameters AddLinear(const std::string& name, int64_t in, int64_t out,
                                         ParameterRole weight_role, ParameterRole bias_role,
                                         ParameterList& parameters);
[[nodiscard]] LayerNormParameters AddLayerNorm(const std::string& name, int64_t size,
                                               double epsilon, ParameterRole role,
                                               ParameterList& parameters);

struct BertLayerShape {
  int64_t hidden = 0;
  int64_t heads = 0;
  int64_t intermediate = 0;
  double epsilon = 1e-12;
  Activation activation = Activation::kGelu;
};

// Holds its parameters' tensors; the ParameterList shares their storage.
class BertLayer {
 public:
  // `prefix`: "encoder.layer.0".
  BertLayer(const std::string& prefix, const BertLayerShape& shape, ParameterList& parameters);

  // The new states of the `wanted` rows: all of `hidden`, or the first of each example; what the
  // others would become costs nothing. `hidden` has a row for each token, or for each place of the
  // batch, where padding is computed but never attended to. Dropout at the kDropoutSites sites from
  // `first_site` on: attention, attention output, feed-forward output.
  [[nodiscard]] at::Tensor Forward(const at::Tensor& wanted, const at::Tensor& hidden,
                                   const PackedTokens& tokens, const BatchDropout& dropout,
                                   uint64_t first_site) const;
  static constexpr uint64_t kDropoutSites = 3;

 private:
  // softmax(QKᵀ / √head) V of the wanted rows.
  [[nodiscard]] at::Tensor Attend(const at::Tensor& wanted, const at::Tensor& hidden,
                                  const PackedTokens& tokens, const BatchDropout& dropout,
                                  uint64_t site) const;

  int64_t heads_;
  Activation activation_;
  LinearParameters query_, key_, value_, attention_output_;
  LayerNormParameters attention_norm_;
  LinearParameters intermediate_, output_;
  LayerNormParameters output_norm_;
};

}  // namespace sparsweep::core
