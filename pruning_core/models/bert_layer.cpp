#include "pruning_core/models/bert_layer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <optional>

namespace sparsweep::core {
namespace {

at::Tensor Activate(const at::Tensor& input, Activation activation) {
  switch (activation) {
    case Activation::kGelu:
      return at::gelu(input);
    case Activation::kGeluTanh:
      return at::gelu(input, "tanh");
    case Activation::kRelu:
      return at::relu(input);
    case Activation::kSilu:
      return at::silu(input);
  }
  return {};
}

// softmax(QKᵀ / √head + padding) V; [B, heads, S, head] each. Without dropout the probabilities are
// never stored whole. `padding` as BertLayer::Forward takes it.
at::Tensor Attend(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                  const at::Tensor& padding, const BatchDropout& dropout, uint64_t site) {
  if (!dropout.DropsAttention()) {
    std::optional<at::Tensor> mask;
    if (padding.defined()) mask = padding.to(query.scalar_type());
    return at::scaled_dot_product_attention(query, key, value, mask);
  }
  const auto size = static_cast<double>(query.size(-1));
  at::Tensor scores = at::matmul(query, key.transpose(2, 3)) / std::sqrt(size);
  if (padding.defined()) scores = scores + padding;
  return at::matmul(dropout.Attention(at::softmax(scores, -1), site), value);
}

}  // namespace

at::Tensor LinearParameters::operator()(const at::Tensor& input) const {
  return at::linear(input, weight, bias);
}

at::Tensor LayerNormParameters::operator()(const at::Tensor& input) const {
  return at::layer_norm(input, weight.sizes(), weight, bias, epsilon);
}

LinearParameters AddLinear(const std::string& name, int64_t in, int64_t out,
                           ParameterRole weight_role, ParameterRole bias_role,
                           ParameterList& parameters) {
  LinearParameters linear{at::zeros({out, in}, at::kFloat), at::zeros({out}, at::kFloat)};
  parameters.push_back({name + ".weight", linear.weight, weight_role, true});
  parameters.push_back({name + ".bias", linear.bias, bias_role, false});
  return linear;
}

LayerNormParameters AddLayerNorm(const std::string& name, int64_t size, double epsilon,
                                 ParameterRole role, ParameterList& parameters) {
  LayerNormParameters norm{at::ones({size}, at::kFloat), at::zeros({size}, at::kFloat), epsilon};
  parameters.push_back({name + ".weight", norm.weight, role, false});
  parameters.push_back({name + ".bias", norm.bias, role, false});
  return norm;
}

BertLayer::BertLayer(const std::string& prefix, const BertLayerShape& shape,
                     ParameterList& parameters)
    : heads_(shape.heads), activation_(shape.activation) {
  const auto linear = [&](const char* name, int64_t in, int64_t out) {
    return AddLinear(prefix + name, in, out, ParameterRole::kPrunable,
                     ParameterRole::kEncoderVector, parameters);
  };
  const auto norm = [&](const char* name) {
    return AddLayerNorm(prefix + name, shape.hidden, shape.epsilon, ParameterRole::kEncoderVector,
                        parameters);
  };
  query_ = linear(".attention.self.query", shape.hidden, shape.hidden);
  key_ = linear(".attention.self.key", shape.hidden, shape.hidden);
  value_ = linear(".attention.self.value", shape.hidden, shape.hidden);
  attention_output_ = linear(".attention.output.dense", shape.hidden, shape.hidden);
  attention_norm_ = norm(".attention.output.LayerNorm");
  intermediate_ = linear(".intermediate.dense", shape.hidden, shape.intermediate);
  output_ = linear(".output.dense", shape.intermediate, shape.hidden);
  output_norm_ = norm(".output.LayerNorm");
}

at::Tensor BertLayer::Forward(const at::Tensor& hidden, const at::Tensor& padding,
                              const BatchDropout& dropout, uint64_t first_site) const {
  const int64_t batch = hidden.size(0);
  const int64_t tokens = hidden.size(1);
  const int64_t size = hidden.size(2);
  const int64_t head = size / heads_;
  const auto by_head = [&](const at::Tensor& projected) {
    return projected.view({batch, tokens, heads_, head}).transpose(1, 2);  // [B, heads, S, head]
  };
  const at::Tensor context = Attend(by_head(query_(hidden)), by_head(key_(hidden)),
                                    by_head(value_(hidden)), padding, dropout, first_site)
                                 .transpose(1, 2)
                                 .reshape({batch, tokens, size});
  const at::Tensor attention = dropout.Hidden(attention_output_(context), first_site + 1);
  const at::Tensor attended = attention_norm_(attention + hidden);
  const at::Tensor forward = output_(Activate(intermediate_(attended), activation_));
  return output_norm_(dropout.Hidden(forward, first_site + 2) + attended);
}

}  // namespace sparsweep::core
