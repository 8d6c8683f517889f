// The official scores of anybody's predictions, from files alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pruning_core/data/data_source.h"
#include "pruning_core/eval/task_score.h"

namespace sparsweep::core {

struct PredictionReport {
  uint64_t examples = 0;
  std::vector<MetricValue> values;    // fractions, in the order they are printed in
  std::vector<std::string> warnings;  // a line each
};

// Called with the number of examples scored and of all.
using ScoringProgress = std::function<void(uint64_t done, uint64_t all)>;

// `task`: glue/NAME. Labels by their name or by the number of their class. Throws UserError as
// ReadTable and ParseLabels do, TASK_UNKNOWN with the nearest name, and for a label that the task
// does not have, with the nearest: BAD_PREDICTIONS, or LABEL_NOT_IN_LIST for one of the data.
[[nodiscard]] PredictionReport ScoreLabels(const std::string& task, const DataSource& data,
                                           const DataSource& predictions);

// A question without a prediction counts 0, a prediction for no question nothing; a warning says
// how many there are of each. Throws UserError as ReadSquad and ParseAnswers do, and
// BAD_PREDICTIONS when no prediction is for any question of the data.
[[nodiscard]] PredictionReport ScoreAnswers(const DataSource& data, const DataSource& predictions,
                                            const ScoringProgress& progress);

}  // namespace sparsweep::core
