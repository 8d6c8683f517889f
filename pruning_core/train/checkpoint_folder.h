// The checkpoints of one attempt: the newest two are kept.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "contract/trainer_event.h"
#include "pruning_core/train/checkpoint.h"

namespace sparsweep::core {

// Owned by the run; one thread. Two, so that one is whole while the other is found damaged.
class CheckpointFolder {
 public:
  static constexpr size_t kKept = 2;

  explicit CheckpointFolder(std::string directory) : directory_(std::move(directory)) {}

  // Writes the checkpoint, then removes those older than the newest two of this object's. Throws
  // std::system_error when the disk refuses; the older ones are then still there.
  contract::CheckpointWritten Write(const CheckpointState& state,
                                    const std::vector<NamedTensor>& tensors);
  // Step of the newest one written; -1 = none yet.
  [[nodiscard]] int64_t newest() const { return steps_.empty() ? -1 : steps_.back(); }

 private:
  [[nodiscard]] std::string Path(int64_t step) const {
    return directory_ + "/" + CheckpointFileName(step);
  }

  std::string directory_;
  std::deque<int64_t> steps_;  // oldest first
};

}  // namespace sparsweep::core
