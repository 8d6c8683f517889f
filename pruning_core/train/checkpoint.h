// One file with everything that a run needs to go on to the same bits.
//
// checkpoint-STEP.safetensors: the tensors of PruningOptimizer::State(), those of the best state
// under "best/"; in the metadata the step (which is also the position of every random stream and of
// the batch order), the run's identity, the open loss average, the best evaluation, and the
// checksum of all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/model_io/named_tensor.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/train/best_state.h"

namespace sparsweep::core {

struct CheckpointState {
  int64_t step = 0;      // optimizer steps done
  std::string identity;  // RunIdentity()
  double loss_sum = 0;   // of the training losses since the last reported mean
  int64_t loss_count = 0;
  int64_t world_size = 1;  // ranks of the attempt that wrote it
  BestState best = {};
};

// "checkpoint-120.safetensors".
[[nodiscard]] std::string CheckpointFileName(int64_t step);
// 120 for that; nullopt for anything else.
[[nodiscard]] std::optional<int64_t> CheckpointStep(std::string_view file_name);

// Appears under `path` only when it is complete and on disk. Returns the XXH3-64 of the file.
// Throws std::system_error.
std::string SaveCheckpoint(const std::string& path, const CheckpointState& state,
                           const std::vector<NamedTensor>& tensors);

// A checkpoint whose every byte was verified. Owns the open file; movable.
class Checkpoint {
 public:
  // Throws UserError: CHECKPOINT_DAMAGED (missing, cut, flipped bits: another checkpoint may be
  // fine), CHECKPOINT_MISMATCH (written by a run with another identity).
  static Checkpoint Open(const std::string& path, const std::string& identity);

  [[nodiscard]] const std::string& path() const { return file_.path(); }
  // Fills `tensors`, which are all that PruningOptimizer::State() has. Throws UserError
  // (CHECKPOINT_DAMAGED) when the file holds others.
  [[nodiscard]] CheckpointState Load(const std::vector<NamedTensor>& tensors) const;

 private:
  explicit Checkpoint(SafetensorsReader file) : file_(std::move(file)) {}
  [[nodiscard]] BestState LoadBest() const;

  SafetensorsReader file_;
};

}  // namespace sparsweep::core
