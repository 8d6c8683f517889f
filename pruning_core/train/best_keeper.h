// Which evaluation was the best, and when to stop waiting for a better one.
#pragma once

#include <cstdint>

#include "contract/trial_spec.h"
#include "pruning_core/optim/hyperparameters.h"
#include "pruning_core/train/best_state.h"

namespace sparsweep::core {

// Evaluations count only once a run prunes as far as it was asked to: before that a score says
// little about the model that comes out. Owned by the run; one thread.
class BestKeeper {
 public:
  BestKeeper(const contract::TrialSpec& spec, const Hyperparameters& hyper, bool larger_is_better);

  // Whether evaluations after `step` optimizer steps count: always for dense; where the schedule
  // has its final value for methods that rank weights; in the final warm-up for penalized ones.
  [[nodiscard]] bool Counts(int64_t step) const;
  // Takes a score that counts. True: the best so far; the caller then fills state().tensors when
  // keeps_weights().
  [[nodiscard]] bool Take(int64_t step, double score);
  // As many evaluations as the spec's patience have brought nothing better.
  [[nodiscard]] bool PatienceOver() const;

  [[nodiscard]] bool keeps_weights() const { return keeps_weights_; }
  [[nodiscard]] BestState& state() { return state_; }
  [[nodiscard]] const BestState& state() const { return state_; }

 private:
  contract::PruningSpec pruning_;
  SparsitySchedule schedule_;
  bool larger_is_better_;
  bool keeps_weights_;
  uint32_t patience_;
  BestState state_;
};

}  // namespace sparsweep::core
