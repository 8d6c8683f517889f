// The scores of the model as it is on the evaluation files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "contract/task_metrics.h"
#include "contract/trial_spec.h"
#include "pruning_core/distributed/process_group.h"
#include "pruning_core/eval/task_score.h"
#include "pruning_core/train/run_inputs.h"

namespace sparsweep::core {

struct Evaluation {
  std::vector<MetricValue> metrics;  // what becomes events, in order
  double score = 0;                  // the one that the trial is ranked by
};

// Borrows spec, inputs and ranks. One thread.
class Evaluator {
 public:
  // `ranks`: share the batches and then all have the same scores, those that one would have alone;
  // nullptr when there is one. Throws UserError (METRIC_UNKNOWN).
  Evaluator(const contract::TrialSpec& spec, const RunInputs& inputs,
            ProcessGroup* ranks = nullptr);

  // `progress` is told (examples done, of all) after each batch. Throws NumericError when a logit
  // is not finite; `step` stands in it. RankLost.
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

  [[nodiscard]] at::Tensor Infer(const Dataset& dev, const std::vector<uint32_t>& rows) const;
  // Logits of a batch.
  [[nodiscard]] int64_t Count(const Dataset& dev, const std::vector<uint32_t>& rows) const;

  const contract::TaskSpec& task_;
  const RunInputs& inputs_;
  ProcessGroup* ranks_;
  TaskMetrics metrics_;  // of either evaluation file
  std::string score_name_;
};

}  // namespace sparsweep::core
