// Keeps the largest |W|: gW = G ⊙ M, no scores.
#pragma once

#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

class Magnitude final : public PruningMethod {
 public:
  explicit Magnitude(bool global) : global_(global) {}

  void Select(const Moment& moment, std::span<const MatrixView> matrices,
              std::span<BitMask> masks) override;
  void Gradients(const MatrixSlice& slice, float* weight_gradient,
                 float* score_gradient) const override;
  [[nodiscard]] std::optional<DeviceRule> Rule(const Moment& moment) const override;

 private:
  bool global_;
};

}  // namespace sparsweep::core
