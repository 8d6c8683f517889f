#include "dashboard_api/trial_counts.h"

namespace sparsweep::dashboard_api {

TrialCounts CountTrials(const SweepView& sweep) {
  TrialCounts counts;
  for (const TrialView& trial : sweep.trials) {
    switch (trial.row.state) {
      case store::TrialState::kPending:
        ++counts.pending;
        break;
      case store::TrialState::kLeased:
      case store::TrialState::kRunning:
        ++counts.active;
        break;
      case store::TrialState::kSucceeded:
        ++counts.succeeded;
        break;
      case store::TrialState::kFailed:
        ++counts.failed;
        break;
      case store::TrialState::kCanceled:
        ++counts.canceled;
        break;
    }
  }
  return counts;
}

}  // namespace sparsweep::dashboard_api
