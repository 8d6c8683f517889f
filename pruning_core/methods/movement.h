// Hard movement: keeps the largest scores. gW = G ⊙ M; gS = G ⊙ W, also for masked weights, so that
// they can come back.
#pragma once

#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

class Movement final : public PruningMethod {
 public:
  explicit Movement(bool global) : global_(global) {}

  [[nodiscard]] bool has_scores() const override { return true; }
  void Select(const Moment& moment, std::span<const MatrixView> matrices,
              std::span<BitMask> masks) override;
  void Gradients(const MatrixSlice& slice, float* weight_gradient,
                 float* score_gradient) const override;
  [[nodiscard]] std::optional<DeviceRule> Rule(const Moment& moment) const override;

 private:
  bool global_;
};

}  // namespace sparsweep::core
