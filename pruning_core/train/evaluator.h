// The scores of the model as it is on the evaluation files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "contract/task_metrics.h"
#include "contract/trial_spec.h"
#include "pruning_core/eval/task_score.h"
#include "pruning_core/train/run_inputs.h"

namespace sparsweep::core {

struct Evaluation {
  std::vector<MetricValue> metrics;  // what becomes events, in order
  double score = 0;                  // the one that the trial is ranked by
};

// Borrows spec and inputs. One thread.
class Evaluator {
 public:
  // Throws UserError (METRIC_UNKNOWN).
  Evaluator(const contract::TrialSpec& spec, const RunInputs& inputs);

  // `progress` is told (examples done, of all) after each batch. Throws NumericError when a logit
  // is not finite; `step` stands in it.
  [[nodiscard]] Evaluation Run(int64_t step,
                               const std::function<void(int64_t, int64_t)>& progress) const;

  [[nodiscard]] bool larger_is_better() const {
    return contract::IsBetterWhenLarger(metrics_.chosen);
  }
  // Name of the score: accuracy, accuracy_mismatched, …
  [[nodiscard]] const std::string& score_name() const { return score_name_; }

 private:
  using BatchDone = std::function<void(int64_t examples)>;
  [[nodiscard]] std::unique_ptr<TaskScore> MakeScore(const Dataset& dev) const;
  [[nodiscard]] std::vector<MetricValue> ScoreOn(const Dataset& dev, int64_t step,
                                                 const BatchDone& done) const;

  const contract::TaskSpec& task_;
  const RunInputs& inputs_;
  TaskMetrics metrics_;  // of either evaluation file
  std::string score_name_;
};

}  // namespace sparsweep::core
