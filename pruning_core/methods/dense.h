// No pruning: the model that others are measured against.
#pragma once

#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

class Dense final : public PruningMethod {
 public:
  // The reference trains the embeddings of its dense model; `trains_embeddings` says whether this
  // one does.
  explicit Dense(bool trains_embeddings) : trains_embeddings_(trains_embeddings) {}

  [[nodiscard]] bool drops_weights() const override { return false; }
  [[nodiscard]] bool trains_embeddings() const override { return trains_embeddings_; }
  void Select(const Moment&, std::span<const MatrixView>, std::span<BitMask>) override {}
  void Gradients(const MatrixSlice& slice, float* weight_gradient,
                 float* score_gradient) const override;
  [[nodiscard]] std::optional<DeviceRule> Rule(const Moment& moment) const override;

 private:
  bool trains_embeddings_;
};

}  // namespace sparsweep::core
