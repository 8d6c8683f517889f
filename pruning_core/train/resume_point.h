// Where a run goes on: the newest whole checkpoint at or before the one it was told.
#pragma once

#include <string>
#include <vector>

#include "pruning_core/train/checkpoint.h"

namespace sparsweep::core {

struct ResumePoint {
  Checkpoint checkpoint;
  std::vector<std::string> warnings;  // one for each damaged one that was passed over
};

// `resume_from`: a checkpoint file, or a folder of them: its newest. When it is damaged the next
// older one of its folder is tried, and so on. Throws UserError: CHECKPOINT_DAMAGED as for the
// first one when none is whole, CHECKPOINT_MISMATCH, CHECKPOINT_NOT_FOUND for a folder without any.
[[nodiscard]] ResumePoint FindResumePoint(const std::string& resume_from,
                                          const std::string& identity);

}  // namespace sparsweep::core
