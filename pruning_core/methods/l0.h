// L0 regularization with hard concrete gates: W' = z(S) ⊙ W, z in [0, 1].
#pragma once

#include <array>

#include "pruning_core/methods/gate_noise.h"
#include "pruning_core/methods/pruning_method.h"

namespace sparsweep::core {

// Training multiplies with gates drawn from noise, evaluation and export with the gates at σ(S);
// the mask is where the latter are open, S > kGateClosed. gW = G ⊙ z; gS = G ⊙ W ⊙ ∂z/∂S; penalty
// σ(S + kGateShift), the probability of an open gate (movement pruning, section 4; formulas in
// kernels/hard_concrete.h). kPerStep: one draw per optimizer step, keyed by (seed, step, matrix,
// element). kPerForward: the reference's draw per forward pass.
//
// After a rank cut (Moment::cut) training uses the gates at σ(S) too, those of the kept weights.
class L0 final : public PruningMethod {
 public:
  enum class Draw { kPerStep, kPerForward };

  L0(Draw draw, uint64_t seed) : draw_(draw), seed_(seed) {}

  [[nodiscard]] bool has_scores() const override { return true; }
  void Select(const Moment& moment, std::span<const MatrixView> matrices,
              std::span<BitMask> masks) override;
  void Gradients(const MatrixSlice& slice, float* weight_gradient,
                 float* score_gradient) const override;
  [[nodiscard]] double natural_lambda() const override { return 275.0; }
  double AddPenalty(const float* scores, float weight, int64_t size,
                    float* score_gradient) const override;
  void Working(const MatrixSlice& slice, float* working) const override;
  [[nodiscard]] bool evaluates_apart() const override { return true; }
  void EvaluationWorking(const MatrixSlice& slice, float* working) const override;
  [[nodiscard]] bool draws_each_forward() const override { return draw_ == Draw::kPerForward; }
  void NextForward() override { forwards_[0] += 1.0F; }
  [[nodiscard]] std::optional<DeviceRule> Rule(const Moment& moment) const override;
  // Forward passes so far; empty when the step says it all.
  [[nodiscard]] std::span<float> memory() override;

 private:
  void FillNoise(const MatrixSlice& slice, float* noise) const;

  // Gates after a rank cut, 0 where the mask drops; at most one strip.
  void KeptGates(const MatrixSlice& part, float* gate, float* slope) const;

  Draw draw_;
  uint64_t seed_;
  int64_t step_ = 0;
  bool cut_ = false;
  std::array<float, 1> forwards_{};
};

}  // namespace sparsweep::core
