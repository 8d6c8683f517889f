// The files of a scripted trainer: the real one's names and formats, a few hundred bytes each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "contract/mask_file.h"
#include "contract/trial_spec.h"

namespace sparsweep::test {

// The whole state of a scripted run: `digest` depends on every step done, so that a run that skips
// or repeats one ends with another score.
struct ScriptedState {
  int64_t step = 0;
  uint64_t digest = 0;
};

[[nodiscard]] ScriptedState InitialState(const contract::TrialSpec& spec);
void TakeStep(const contract::TrialSpec& spec, ScriptedState* state);

// What the run ends with: functions of the point, the seed and `state` alone.
[[nodiscard]] double ScriptedDensity(const contract::TrialSpec& spec, int64_t step);
[[nodiscard]] double ScriptedScore(const contract::TrialSpec& spec, const ScriptedState& state);
[[nodiscard]] std::vector<contract::MaskMatrix> ScriptedMasks(const contract::TrialSpec& spec);

// The score of a run of the spec that was never disturbed.
[[nodiscard]] double ExpectedScore(const contract::TrialSpec& spec);

// Complete under its name or not there. Returns the bytes' ContentHash.
[[nodiscard]] absl::StatusOr<std::string> SaveState(const std::string& path,
                                                    const ScriptedState& state);
// DATA_LOSS when the file is not exactly what SaveState wrote.
[[nodiscard]] absl::StatusOr<ScriptedState> LoadState(const std::string& path);

}  // namespace sparsweep::test
