// Which scores a task reports and which of them ranks its trials.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::core {

// Names are those of metric events: accuracy f1 macro_f1 matthews | pearson spearman
// mean_squared_error | f1 exact_match.
struct TaskMetrics {
  std::vector<std::string> reported;  // the primary first
  std::string chosen;                 // the one that ranks trials and picks the best checkpoint
};

// `kind` classification | regression | span, `layout` as in the spec's format, `metric` the spec's
// choice or "" for the task's primary. A choice that the task does not report by itself is added to
// `reported`. Throws UserError (METRIC_UNKNOWN, field metric) with the nearest name for one that
// the kind does not have, and for f1 with a number of `classes` other than 2 (it is that of
// class 1; macro_f1 takes any number).
[[nodiscard]] TaskMetrics MetricsOf(std::string_view kind, std::string_view layout,
                                    std::string_view metric, uint32_t classes);

// The name of a score on MNLI's second dev set.
[[nodiscard]] std::string MismatchedName(std::string_view metric);

}  // namespace sparsweep::core
