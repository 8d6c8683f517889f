// The weights of an HF directory under HF's names, with or without the prefix "bert.".
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ATen/core/Tensor.h"
#include "c10/util/ArrayRef.h"
#include "pruning_core/model_io/safetensors_reader.h"

namespace sparsweep::core {

// Names given and printed are without the prefix ("encoder.layer.0.attention.self.query.weight",
// "classifier.weight"). LayerNorm's old names (gamma, beta) are read as weight and bias. Movable.
class BertWeights {
 public:
  // Opens DIRECTORY/model.safetensors, or the shards that DIRECTORY/model.safetensors.index.json
  // names. `field` is the spec's, for errors. Throws UserError: MODEL_NOT_FOUND, BAD_SAFETENSORS,
  // BAD_SHARD_INDEX, TENSOR_MISSING (the index names a tensor that its shard lacks).
  explicit BertWeights(const std::string& directory, const std::string& field = "model.path");

  [[nodiscard]] bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // Throws UserError with file and tensor: TENSOR_MISSING (and the nearest name), TENSOR_SHAPE.
  void Require(std::string_view name, at::IntArrayRef shape) const;
  // Require(), then as fp32. Besides BAD_SAFETENSORS for another type than F32, F16, BF16 and
  // TENSOR_NOT_FINITE for NaN or infinity.
  [[nodiscard]] at::Tensor Read(std::string_view name, at::IntArrayRef shape) const;
  // nullopt when it is missing or has another shape.
  [[nodiscard]] std::optional<at::Tensor> ReadIfFits(std::string_view name,
                                                     at::IntArrayRef shape) const;
  // nullopt when it is missing.
  [[nodiscard]] std::optional<std::vector<int64_t>> Shape(std::string_view name) const;

  // The file to name in messages: the single one, or the index.
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  struct Place {
    size_t shard;
    const contract::TensorEntry* entry;  // owned by the shard's reader
  };
  [[nodiscard]] const Place* Find(std::string_view name) const;
  [[nodiscard]] at::Tensor ReadFinite(const Place& place) const;
  [[nodiscard]] std::string NearestName(std::string_view name) const;

  std::string file_;
  std::vector<SafetensorsReader> shards_;
  std::map<std::string, Place, std::less<>> tensors_;
};

}  // namespace sparsweep::core
