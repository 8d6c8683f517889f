#include "tests/pruning_core/optim/toy_model.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/linear.h>

#include <stdexcept>

namespace sparsweep::core::testing {
namespace {

at::Tensor Wave(at::IntArrayRef shape, double phase) {
  int64_t size = 1;
  for (const int64_t extent : shape) size *= extent;
  return (at::arange(size, at::kFloat) * 0.7 + phase).sin().view(shape);
}

}  // namespace

ToyModel::ToyModel() {
  at::set_num_threads(1);
  const auto add = [&](const char* name, at::IntArrayRef shape, ParameterRole role, bool decays) {
    const double phase = static_cast<double>(parameters.size());
    parameters.push_back({name, Wave(shape, phase), role, decays});
  };
  add("embeddings.word_embeddings.weight", {5, 8}, ParameterRole::kEmbedding, true);
  add("encoder.layer.0.first.weight", {70, 8}, ParameterRole::kPrunable, true);
  add("encoder.layer.0.first.bias", {70}, ParameterRole::kEncoderVector, false);
  add("encoder.layer.0.second.weight", {8, 70}, ParameterRole::kPrunable, true);
  add("encoder.layer.0.second.bias", {8}, ParameterRole::kEncoderVector, false);
  add("classifier.weight", {3, 8}, ParameterRole::kHead, true);
}

at::Tensor ToyModel::Loss(int64_t step) const {
  const at::Tensor input = Wave({4, 8}, 10.0 + static_cast<double>(step));
  const at::Tensor hidden = at::linear(input, parameters[1].value, parameters[2].value).tanh();
  const at::Tensor back = at::linear(hidden, parameters[3].value, parameters[4].value).tanh();
  return at::linear(back, parameters[5].value).square().sum();
}

const Parameter& ToyModel::Find(const std::string& name) const {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter;
  }
  throw std::out_of_range(name);
}

}  // namespace sparsweep::core::testing
