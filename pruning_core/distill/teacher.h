// From a trial's spec to the logits it distills.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "contract/trial_spec.h"
#include "pruning_core/data/task_data.h"
#include "pruning_core/distill/teacher_logits.h"
#include "pruning_core/distill/teacher_pass.h"
#include "pruning_core/models/bert_model.h"

namespace sparsweep::core {

// Tokens that every row of a span task is padded to where the loss counts padding (reference
// numerics: task.max_length); 0 = rows are as long as the longest of their batch.
[[nodiscard]] int64_t FixedPositions(const contract::TrialSpec& spec);

struct TeacherDeps {
  PassObserver observer;
  std::function<void(std::string text)> warn;
};

// The teacher's logits for data.train: from spec.cache_directory (or the attempt's directory), or
// computed and left there. One process computes, others wait for it. A damaged file is replaced,
// with a warning. nullopt: asked to stop. Throws std::system_error (disk), UserError
// (TEACHER_NOT_FINITE).
[[nodiscard]] std::optional<TeacherLogits> ObtainTeacherLogits(const contract::TrialSpec& spec,
                                                               const BertModel& teacher,
                                                               const TaskData& data, int32_t pad_id,
                                                               const TeacherDeps& deps);

}  // namespace sparsweep::core
