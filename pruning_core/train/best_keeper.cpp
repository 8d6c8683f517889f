#include "pruning_core/train/best_keeper.h"

#include "contract/validate.h"

namespace sparsweep::core {

BestKeeper::BestKeeper(const contract::TrialSpec& spec, const Hyperparameters& hyper,
                       bool larger_is_better)
    : pruning_(spec.pruning),
      schedule_(hyper.schedule),
      larger_is_better_(larger_is_better),
      keeps_weights_(spec.training.keep == "best"),
      patience_(spec.training.patience) {}

bool BestKeeper::Counts(int64_t step) const {
  if (contract::IsRankBased(pruning_.method)) return schedule_.Threshold(step) == schedule_.final;
  if (!contract::IsPenalized(pruning_.method)) return true;
  const double settle = schedule_.final_warmup * static_cast<double>(schedule_.warmup_steps);
  return step >= schedule_.total_steps - static_cast<int64_t>(settle);
}

bool BestKeeper::Take(int64_t step, double score) {
  const bool first = state_.step < 0;
  const bool better = first || (larger_is_better_ ? score > state_.score : score < state_.score);
  if (!better) {
    ++state_.evaluations_since;
    return false;
  }
  state_ = {.step = step, .score = score};
  return true;
}

bool BestKeeper::PatienceOver() const {
  return patience_ > 0 && state_.evaluations_since >= static_cast<int64_t>(patience_);
}

}  // namespace sparsweep::core
