// Soft movement: keeps the scores whose sigmoid passes a threshold, under a penalty that pushes
// scores down.
#pragma once

#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

enum class Floor { kExact, kReference };

// Kept: σ(S) > τ, strictly, compared as S > ln(τ/(1 - τ)); at τ = 0 all, under kReference all whose
// fp32 σ is not 0. Where that keeps fewer than FloorOf(n) of a matrix: kExact keeps the FloorOf(n)
// largest, kReference as SelectAboveReference. gW = G ⊙ M; gS = G ⊙ W (no factor σ'); penalty σ(S).
class SoftMovement final : public PruningMethod {
 public:
  explicit SoftMovement(Floor floor) : floor_(floor) {}

  [[nodiscard]] bool has_scores() const override { return true; }
  void Select(const Moment& moment, std::span<const MatrixView> matrices,
              std::span<BitMask> masks) override;
  void Gradients(const MatrixSlice& slice, float* weight_gradient,
                 float* score_gradient) const override;
  [[nodiscard]] double natural_lambda() const override { return 900.0; }
  double AddPenalty(const float* scores, float weight, int64_t size,
                    float* score_gradient) const override;
  [[nodiscard]] std::optional<DeviceRule> Rule(const Moment& moment) const override;

 private:
  Floor floor_;
};

}  // namespace sparsweep::core
