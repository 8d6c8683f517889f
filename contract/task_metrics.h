// The layouts of data files, and what a task is scored by.
#pragma once

#include <string_view>
#include <vector>

#include "contract/trial_spec.h"

namespace sparsweep::contract {

// tsv, csv, jsonl, squad, and glue/NAME for the nine tasks of GLUE.
[[nodiscard]] const std::vector<std::string_view>& Layouts();

// The task kind that a layout's files are made for; empty: classification or regression.
[[nodiscard]] std::string_view KindOfLayout(std::string_view layout);

// What a task reports by itself, its primary first: the official scores of GLUE and SQuAD, accuracy
// or pearson for other files.
[[nodiscard]] std::vector<std::string_view> OfficialMetrics(std::string_view kind,
                                                            std::string_view layout);

// All that the task can be scored by, OfficialMetrics() first. Classification knows f1 (of class 1)
// for two labels only, which the trainer checks.
[[nodiscard]] std::vector<std::string_view> MetricsOf(const TaskSpec& task);

// The first of MetricsOf().
[[nodiscard]] std::string_view PrimaryMetric(const TaskSpec& task);

// False for errors, which are better when they are smaller.
[[nodiscard]] bool IsBetterWhenLarger(std::string_view metric);

}  // namespace sparsweep::contract
