// The states of sweeps, trials and attempts, and which transitions there are (the table is drawn in
// store/README.md).
#pragma once

#include <optional>
#include <string_view>

namespace sparsweep::store {

enum class SweepState { kChecking, kRunning, kSucceeded, kFailed, kRejected, kCanceled };
enum class TrialState { kPending, kLeased, kRunning, kSucceeded, kFailed, kCanceled };
enum class AttemptState { kLeased, kRunning, kAccepted, kFailed, kLost, kCanceled };

// Lower-case names as stored in the database and shown as label values: "pending", "leased", …
[[nodiscard]] std::string_view Name(SweepState state);
[[nodiscard]] std::string_view Name(TrialState state);
[[nodiscard]] std::string_view Name(AttemptState state);
[[nodiscard]] std::optional<SweepState> ParseSweepState(std::string_view name);
[[nodiscard]] std::optional<TrialState> ParseTrialState(std::string_view name);
[[nodiscard]] std::optional<AttemptState> ParseAttemptState(std::string_view name);

[[nodiscard]] bool IsTerminal(SweepState state);
[[nodiscard]] bool IsTerminal(TrialState state);
[[nodiscard]] bool IsTerminal(AttemptState state);

[[nodiscard]] bool CanMove(SweepState from, SweepState to);
[[nodiscard]] bool CanMove(TrialState from, TrialState to);
[[nodiscard]] bool CanMove(AttemptState from, AttemptState to);

}  // namespace sparsweep::store
