// What tells one pruning method from another: which weights are kept, and what the gradient of the
// masked weights means for weights and scores.
//
// Formulas: movement pruning (arXiv 2005.07683), sections 2-4. W weights [out, in], S scores of the
// same shape, M mask, W' what the model multiplies with (M ⊙ W unless a method says otherwise),
// G = ∂loss/∂W'.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "contract/trial_spec.h"
#include "pruning_core/mask/bit_mask.h"
#include "pruning_core/methods/device_rule.h"

namespace sparsweep::core {

// When a selection happens.
struct Moment {
  int64_t step = 0;      // t of the schedule
  double threshold = 1;  // v(t): density, or τ of the moment
  bool last = false;     // after the last optimizer step: the masks that are evaluated and exported
  // The best-ranked scores are kept, exactly as many as asked for, whatever Select() writes.
  bool cut = false;
};

// One prunable matrix in flat order; borrowed.
struct MatrixView {
  std::string_view name;
  std::span<const float> weights;
  std::span<const float> scores;  // empty when the method has none
};

// A run of one matrix's elements; all pointers stand at its first element. W' needs no upstream.
struct MatrixSlice {
  int64_t matrix = 0;  // position among the prunable matrices
  int64_t begin = 0;   // flat index of the first element, a multiple of 8
  int64_t size = 0;
  const float* upstream = nullptr;  // G
  const float* weights = nullptr;
  const float* scores = nullptr;  // nullptr when the method has none
  const uint8_t* mask = nullptr;  // bits as in BitMask
};

// One trial's method: owned by its PruningOptimizer, used from one thread.
class PruningMethod {
 public:
  virtual ~PruningMethod() = default;

  // False for dense only: nothing is ever masked, Select() is not called, gradients pass unchanged.
  [[nodiscard]] virtual bool drops_weights() const { return true; }
  [[nodiscard]] virtual bool has_scores() const { return false; }
  // True when the embedding block is trained too.
  [[nodiscard]] virtual bool trains_embeddings() const { return false; }

  // The masks of the coming step, one a matrix. Called once per optimizer step. Throws NumericError
  // for a NaN.
  virtual void Select(const Moment& moment, std::span<const MatrixView> matrices,
                      std::span<BitMask> masks) = 0;

  // gW and, with scores, gS of each element of the slice, without the penalty's part.
  virtual void Gradients(const MatrixSlice& slice, float* weight_gradient,
                         float* score_gradient) const = 0;

  // score_gradient += weight · ∂penalty/∂S; returns Σ penalty(S), 0 without a penalty. R = mean
  // over matrices of per-matrix means of it.
  virtual double AddPenalty(const float* scores, float weight, int64_t size,
                            float* score_gradient) const;

  // The λ that leaves a tenth of the weights of one matrix whose scores can move by 1 in a run; 0
  // for methods without a penalty. Where density control starts; measured.
  [[nodiscard]] virtual double natural_lambda() const { return 0.0; }

  // W' of the slice for the coming forward pass.
  virtual void Working(const MatrixSlice& slice, float* working) const;

  // What the model is evaluated and exported with where training uses something else: true → there
  // are two W', and this is the other one.
  [[nodiscard]] virtual bool evaluates_apart() const { return false; }
  virtual void EvaluationWorking(const MatrixSlice& slice, float* working) const {
    Working(slice, working);
  }

  // True: W' differs from forward pass to forward pass within a step, so gradients cannot be added
  // up as G. NextForward() is called after each of them.
  [[nodiscard]] virtual bool draws_each_forward() const { return false; }
  virtual void NextForward() {}

  // The same as Select(), Gradients(), AddPenalty() and the Working() of training, for a device at
  // this moment. Whether there is one does not depend on the moment; nullopt: the CPU computes.
  [[nodiscard]] virtual std::optional<DeviceRule> Rule(const Moment& /*moment*/) const {
    return std::nullopt;
  }

  // What the method remembers from one step to the next; saved and filled by checkpoints.
  [[nodiscard]] virtual std::span<float> memory() { return {}; }
};

// `seed` is the trial's: of the noise, where a method draws any. Throws UserError for an unknown
// method or a combination that has no meaning (reference numerics rank globally by score only).
[[nodiscard]] std::unique_ptr<PruningMethod> MakePruningMethod(const contract::PruningSpec& spec,
                                                               uint64_t seed = 1);

}  // namespace sparsweep::core
