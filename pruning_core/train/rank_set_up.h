// The ranks of a run begin from the same state.
#pragma once

#include <string>
#include <vector>

#include "pruning_core/distributed/process_group.h"
#include "pruning_core/model_io/named_tensor.h"
#include "pruning_core/train/checkpoint.h"

namespace sparsweep::core {

// Throws UserError (RANKS_DIFFER) on all ranks when one has another identity: other files, another
// spec.
void RequireSameRun(ProcessGroup& group, const std::string& identity);

// What rank 0 says to a question that each rank could answer for itself.
[[nodiscard]] bool AnswerOfRankZero(ProcessGroup& group, bool own);

// Rank 0 has resumed: all get its `tensors` and `state`, but for the tensors of the best
// evaluation, which only rank 0 exports.
void ShareCheckpoint(ProcessGroup& group, const std::vector<NamedTensor>& tensors,
                     CheckpointState& state);

}  // namespace sparsweep::core
