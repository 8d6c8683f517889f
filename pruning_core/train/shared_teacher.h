// One rank asks the teacher, all distill.
#pragma once

#include <optional>

#include "pruning_core/distill/teacher.h"
#include "pruning_core/distributed/process_group.h"

namespace sparsweep::core {

// ObtainTeacherLogits() on rank 0, with its `deps`; the others wait for as long as rank 0 shows
// that it goes on, and get the logits from it, so that only rank 0's host needs the cache. nullopt
// on all ranks: rank 0 was asked to stop. Throws as ObtainTeacherLogits() on rank 0, RankLost.
[[nodiscard]] std::optional<TeacherLogits> ShareTeacherLogits(ProcessGroup& group,
                                                              const contract::TrialSpec& spec,
                                                              const BertModel& teacher,
                                                              const TaskData& data, int32_t pad_id,
                                                              TeacherDeps deps);

}  // namespace sparsweep::core
