#include "pruning_core/train/checkpoint_folder.h"

#include <filesystem>
#include <system_error>

namespace sparsweep::core {
namespace {

uint64_t Bytes(const std::vector<NamedTensor>& tensors) {
  uint64_t bytes = 0;
  for (const NamedTensor& named : tensors) bytes += named.tensor.nbytes();
  return bytes;
}

}  // namespace

contract::CheckpointWritten CheckpointFolder::Write(const CheckpointState& state,
                                                    const std::vector<NamedTensor>& tensors) {
  MakeRoom(Bytes(tensors) + Bytes(state.best.tensors));
  const std::string hash = SaveCheckpoint(Path(state.step), state, tensors);
  kept_.push_back({state.step, std::filesystem::file_size(Path(state.step))});
  MakeRoom(0);
  return {.file = CheckpointFileName(state.step), .hash = hash};
}

void CheckpointFolder::MakeRoom(uint64_t coming) {
  uint64_t total = coming;
  for (const Kept& kept : kept_) total += kept.bytes;
  while (kept_.size() > kLeast && total > budget_) {
    std::error_code ignored;  // a left-over file costs space, not the run
    std::filesystem::remove(Path(kept_.front().step), ignored);
    total -= kept_.front().bytes;
    kept_.pop_front();
  }
}

}  // namespace sparsweep::core
