// Global selection as the reference does it: one threshold over all scores, recomputed now and
// then.
#pragma once

#include <array>

#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

// While v is exactly 1 everything above -100 is kept. Then the threshold is the kth smallest score,
// kth = max(n - (trunc(n·v) + 1), 1): recomputed when none is held yet, when t is a multiple of the
// interval, and after the last step; held in between. Scores strictly above it stay; then each
// matrix gets the reference's floor.
class ReferenceGlobalMovement final : public PruningMethod {
 public:
  // `interval` in steps, > 0.
  explicit ReferenceGlobalMovement(int64_t interval = 25);

  [[nodiscard]] bool has_scores() const override { return true; }
  void Select(const Moment& moment, std::span<const MatrixView> matrices,
              std::span<BitMask> masks) override;
  void Gradients(const MatrixSlice& slice, float* weight_gradient,
                 float* score_gradient) const override;
  [[nodiscard]] std::span<float> memory() override { return held_; }

 private:
  int64_t interval_;
  std::array<float, 1> held_;  // the threshold; NaN = none
};

}  // namespace sparsweep::core
