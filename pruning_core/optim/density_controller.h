// Steers λ so that a penalized method arrives at the density that was asked for. No torch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pruning_core/schedule/sparsity_schedule.h"

namespace sparsweep::core {

// λ(t) = ramp(t)·λ₀·exp((2 + 4·u)·e + I), e = ln(density/target(t)), I += 16·e/T each step:
// proportional and integral control of ln λ, because density answers to λ by a power; ramp(t) =
// v(t)/v_final. Scores need time to come to where weights are dropped, and pushing harder meanwhile
// would push too many of them there: control begins when density does move, or a third into the
// ramp. From there u runs from 0 to 1 at CutStep() and ln target(t) = ln target·(1 - (1 - u)²), the
// course that density takes under a constant λ; what is left of the learning rate shrinks with 1 -
// u, so the gain grows. Both terms are bounded. Constants chosen on runs of 300 steps and a model
// of 300 and 1,500.
//
// From CutStep() on the masks are cut to the target by rank and λ stays as it is. One trial's,
// owned by its PruningOptimizer; one thread; the same bits after a resume, from memory().
class DensityController {
 public:
  struct Settings {
    double target = 1;        // density, (0, 1]
    double first_lambda = 0;  // λ₀, > 0
    SparsitySchedule schedule;
  };

  // λ is that of step t = `step` with all weights kept.
  DensityController(const Settings& settings, int64_t step);

  // Once per optimizer step: λ of step t = `step`, whose masks keep `density`.
  void Advance(int64_t step, double density);

  [[nodiscard]] double lambda() const { return memory_[kLambda]; }
  [[nodiscard]] double target() const { return settings_.target; }

  // Optimizer steps after which masks are cut: those left for the weights to settle are the final
  // warm-up.
  [[nodiscard]] int64_t CutStep() const;

  // Density that control alone had reached when the masks were first cut; 0 before.
  [[nodiscard]] double before_cut() const { return memory_[kBeforeCut]; }
  void RecordCut(double density);

  // All that Advance() and RecordCut() remember; saved and filled by checkpoints.
  [[nodiscard]] std::span<float> memory() { return memory_; }

 private:
  enum Slot : size_t { kIntegral, kLambda, kBegin, kBeforeCut, kSlots };  // of memory_

  [[nodiscard]] bool Begun(int64_t step, double density);
  [[nodiscard]] double Lambda(int64_t step, double correction) const;

  Settings settings_;
  std::array<float, kSlots> memory_{};
};

// λ₀ where none is given: scores that can move far need little pressure, each of many matrices
// feels a share of it, and density falls with about λ². `natural_lambda` is the method's.
[[nodiscard]] double FirstLambda(double natural_lambda, int64_t matrices,
                                 double score_learning_rate, int64_t steps, double target);

}  // namespace sparsweep::core
