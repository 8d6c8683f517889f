// The checkpoints of one attempt: the newest ones that fit into a budget of bytes, two at least.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "contract/trainer_event.h"
#include "pruning_core/train/checkpoint.h"

namespace sparsweep::core {

// Owned by the run; one thread. Two whole ones, so that one is left when the other is found
// damaged; while one is being written, two whole ones stand beside it.
class CheckpointFolder {
 public:
  static constexpr size_t kLeast = 2;

  // `budget` in bytes; 0 = the newest two.
  CheckpointFolder(std::string directory, uint64_t budget)
      : directory_(std::move(directory)), budget_(budget) {}

  // Makes room, writes the checkpoint, and removes those that it leaves no room for. Throws
  // std::system_error when the disk refuses; the newest two are then still there.
  contract::CheckpointWritten Write(const CheckpointState& state,
                                    const std::vector<NamedTensor>& tensors);

 private:
  struct Kept {
    int64_t step;
    uint64_t bytes;
  };
  [[nodiscard]] std::string Path(int64_t step) const {
    return directory_ + "/" + CheckpointFileName(step);
  }
  // Drops the oldest beyond the newest two while all and `coming` more bytes exceed the budget.
  void MakeRoom(uint64_t coming);

  std::string directory_;
  uint64_t budget_;
  std::deque<Kept> kept_;  // oldest first
};

}  // namespace sparsweep::core
