#include "pruning_core/models/bert_layer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>

#include "pruning_core/models/cpu_attention.h"
#include "pruning_core/models/padded_attention.h"

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

at::Tensor BertLayer::Attend(const at::Tensor& wanted, const at::Tensor& hidden,
                             const PackedTokens& tokens, const BatchDropout& dropout,
                             uint64_t site) const {
  const at::Tensor queries = query_(wanted);
  const at::Tensor keys = key_(hidden);
  const at::Tensor values = value_(hidden);
  if (dropout.DropsAttention() || !hidden.is_cpu()) {
    return AttendPadded(queries, keys, values, tokens, heads_, dropout, site);
  }
  return AttendOnCpu(queries, keys, values,
                     {.queries = tokens.Offsets(queries.size(0)),
                      .keys = tokens.Offsets(keys.size(0)),
                      .tokens = tokens.lengths()},
                     heads_);
}

at::Tensor BertLayer::Forward(const at::Tensor& wanted, const at::Tensor& hidden,
                              const PackedTokens& tokens, const BatchDropout& dropout,
                              uint64_t first_site) const {
  const at::Tensor context = Attend(wanted, hidden, tokens, dropout, first_site);
  const at::Tensor attention = dropout.Hidden(attention_output_(context), first_site + 1);
  const at::Tensor attended = attention_norm_(attention + wanted);
  const at::Tensor forward = output_(Activate(intermediate_(attended), activation_));
  return output_norm_(dropout.Hidden(forward, first_site + 2) + attended);
}

}  // namespace sparsweep::core
