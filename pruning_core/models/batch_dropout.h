// Dropout of one forward: applies a Dropout to the tensors of a batch.
#pragma once

#include <cstdint>
#include <span>

#include "ATen/core/Tensor.h"
#include "pruning_core/kernels/dropout_factors.h"
#include "pruning_core/models/dropout.h"
#include "pruning_core/models/packed_tokens.h"

namespace sparsweep::core {

// `site` numbers the places of a model. Each method returns `input` itself where nothing is
// dropped. Factors are made where the input is, if this program can, and are the same bits there.
// Borrows the rows and the tokens; one thread.
class BatchDropout {
 public:
  // `rows`: the dataset row of each example; needed (std::invalid_argument) where a probability is
  // not 0.
  BatchDropout(const Dropout& dropout, std::span<const uint32_t> rows, const PackedTokens& tokens)
      : dropout_(dropout), rows_(rows), tokens_(tokens) {}

  // Whether Attention() can change anything.
  [[nodiscard]] bool DropsAttention() const;

  // A row for each place or token, or of each example for the first.
  [[nodiscard]] at::Tensor Hidden(const at::Tensor& input, uint64_t site) const;
  // [B, heads, Q, S], Q the first tokens or all.
  [[nodiscard]] at::Tensor Attention(const at::Tensor& input, uint64_t site) const;

 private:
  [[nodiscard]] at::Tensor Apply(const at::Tensor& input, double probability, uint64_t site,
                                 DropoutShape shape) const;
  // Numbers of the host on the device, once they are needed there.
  [[nodiscard]] const at::Tensor& RowsOn(at::Device device) const;
  [[nodiscard]] const at::Tensor& OffsetsOn(at::Device device) const;

  Dropout dropout_;
  std::span<const uint32_t> rows_;
  const PackedTokens& tokens_;
  mutable at::Tensor rows_there_, offsets_there_;
};

}  // namespace sparsweep::core
