// A model's parameters as optimizer, checkpoint and export see them.
#pragma once

#include <string>
#include <vector>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

enum class ParameterRole {
  kEmbedding,      // embedding tables and their LayerNorm: frozen, except in the reference's dense
                   // model
  kPrunable,       // the six linear weights of each encoder layer, [out, in]
  kEncoderVector,  // biases and LayerNorm of the encoder
  kHead,           // pooler and task head
};

struct Parameter {
  std::string name;  // HF's without "bert.": "encoder.layer.0.attention.self.query.weight",
                     // "classifier.bias"
  at::Tensor value;  // fp32, contiguous; the model holds the same storage
  ParameterRole role;
  bool decays;  // false for biases and LayerNorm
};

using ParameterList = std::vector<Parameter>;

}  // namespace sparsweep::core
