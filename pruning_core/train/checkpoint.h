// One file with everything that a run needs to go on to the same bits.
//
// checkpoint-STEP.safetensors: the tensors of PruningOptimizer::State(); in the metadata the step
// (which is also the position of every random stream and of the batch order), the run's identity,
// the open loss average and the XXH3-64 of all of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pruning_core/model_io/named_tensor.h"

namespace sparsweep::core {

struct CheckpointState {
  int64_t step = 0;      // optimizer steps done
  std::string identity;  // RunIdentity()
  double loss_sum = 0;   // of the training losses since the last reported mean
  int64_t loss_count = 0;
};

// "checkpoint-120.safetensors".
[[nodiscard]] std::string CheckpointFileName(int64_t step);

// Appears under `path` only when it is complete and on disk. Returns the XXH3-64 of the file.
// Throws std::system_error.
std::string SaveCheckpoint(const std::string& path, const CheckpointState& state,
                           const std::vector<NamedTensor>& tensors);

// Verifies the whole file, then fills `tensors`. Throws UserError, with nothing filled:
// CHECKPOINT_DAMAGED (missing, cut, flipped bits: another checkpoint may be fine),
// CHECKPOINT_MISMATCH (written by a run with another identity).
[[nodiscard]] CheckpointState LoadCheckpoint(const std::string& path, const std::string& identity,
                                             const std::vector<NamedTensor>& tensors);

}  // namespace sparsweep::core
