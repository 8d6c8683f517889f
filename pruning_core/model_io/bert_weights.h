// The weights of an HF directory under HF's names, with or without the prefix "bert.".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ATen/core/Tensor.h"
#include "c10/util/ArrayRef.h"
#include "pruning_core/model_io/safetensors_reader.h"

namespace sparsweep::core {

// Names given and printed are without the prefix ("encoder.layer.0.attention.self.query.weight",
// "classifier.weight"). LayerNorm's old names (gamma, beta) are read as weight and bias. Movable.
class BertWeights {
 public:
  // Opens DIRECTORY/model.safetensors. Throws UserError: MODEL_NOT_FOUND, BAD_SAFETENSORS.
  explicit BertWeights(const std::string& directory);

  [[nodiscard]] bool Has(std::string_view name) const { return Find(name).has_value(); }
  // As fp32. Throws UserError with file and tensor: TENSOR_MISSING, TENSOR_SHAPE.
  [[nodiscard]] at::Tensor Read(std::string_view name, at::IntArrayRef shape) const;
  // nullopt when it is missing or has another shape.
  [[nodiscard]] std::optional<at::Tensor> ReadIfFits(std::string_view name,
                                                     at::IntArrayRef shape) const;

 private:
  std::optional<std::string> Find(std::string_view name) const;  // the name in the file

  SafetensorsReader file_;
};

}  // namespace sparsweep::core
