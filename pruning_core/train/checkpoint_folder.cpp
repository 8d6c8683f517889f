#include "pruning_core/train/checkpoint_folder.h"

#include <filesystem>
#include <system_error>

namespace sparsweep::core {

contract::CheckpointWritten CheckpointFolder::Write(const CheckpointState& state,
                                                    const std::vector<NamedTensor>& tensors) {
  const std::string hash = SaveCheckpoint(Path(state.step), state, tensors);
  steps_.push_back(state.step);
  while (steps_.size() > kKept) {
    std::error_code ignored;  // a left-over file costs space, not the run
    std::filesystem::remove(Path(steps_.front()), ignored);
    steps_.pop_front();
  }
  return {.file = CheckpointFileName(state.step), .hash = hash};
}

}  // namespace sparsweep::core
