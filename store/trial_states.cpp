#include "store/trial_states.h"

#include <array>
#include <utility>

namespace sparsweep::store {
namespace {

constexpr std::array<std::string_view, 6> kSweepNames = {"checking", "running",  "succeeded",
                                                         "failed",   "rejected", "canceled"};
constexpr std::array<std::string_view, 6> kTrialNames = {"pending",   "leased", "running",
                                                         "succeeded", "failed", "canceled"};
constexpr std::array<std::string_view, 6> kAttemptNames = {"leased", "running", "accepted",
                                                           "failed", "lost",    "canceled"};

constexpr std::array<std::pair<SweepState, SweepState>, 6> kSweepMoves = {{
    {SweepState::kChecking, SweepState::kRunning},
    {SweepState::kChecking, SweepState::kRejected},
    {SweepState::kChecking, SweepState::kCanceled},
    {SweepState::kRunning, SweepState::kSucceeded},
    {SweepState::kRunning, SweepState::kFailed},
    {SweepState::kRunning, SweepState::kCanceled},
}};

constexpr std::array<std::pair<TrialState, TrialState>, 11> kTrialMoves = {{
    {TrialState::kPending, TrialState::kLeased},
    {TrialState::kPending, TrialState::kFailed},
    {TrialState::kPending, TrialState::kCanceled},
    {TrialState::kLeased, TrialState::kRunning},
    {TrialState::kLeased, TrialState::kPending},
    {TrialState::kLeased, TrialState::kFailed},
    {TrialState::kLeased, TrialState::kCanceled},
    {TrialState::kRunning, TrialState::kPending},
    {TrialState::kRunning, TrialState::kSucceeded},
    {TrialState::kRunning, TrialState::kFailed},
    {TrialState::kRunning, TrialState::kCanceled},
}};

constexpr std::array<std::pair<AttemptState, AttemptState>, 8> kAttemptMoves = {{
    {AttemptState::kLeased, AttemptState::kRunning},
    {AttemptState::kLeased, AttemptState::kFailed},
    {AttemptState::kLeased, AttemptState::kLost},
    {AttemptState::kLeased, AttemptState::kCanceled},
    {AttemptState::kRunning, AttemptState::kAccepted},
    {AttemptState::kRunning, AttemptState::kFailed},
    {AttemptState::kRunning, AttemptState::kLost},
    {AttemptState::kRunning, AttemptState::kCanceled},
}};

template <typename State, size_t n>
std::optional<State> Parse(const std::array<std::string_view, n>& names, std::string_view name) {
  for (size_t i = 0; i < n; ++i) {
    if (names[i] == name) return static_cast<State>(i);
  }
  return std::nullopt;
}

template <typename State, size_t n>
bool Contains(const std::array<std::pair<State, State>, n>& moves, State from, State to) {
  for (const auto& move : moves) {
    if (move == std::pair(from, to)) return true;
  }
  return false;
}

// Terminal = no way out.
template <typename State, size_t n>
bool HasNoWayOut(const std::array<std::pair<State, State>, n>& moves, State state) {
  for (const auto& move : moves) {
    if (move.first == state) return false;
  }
  return true;
}

}  // namespace

std::string_view Name(SweepState state) { return kSweepNames[static_cast<size_t>(state)]; }
std::string_view Name(TrialState state) { return kTrialNames[static_cast<size_t>(state)]; }
std::string_view Name(AttemptState state) { return kAttemptNames[static_cast<size_t>(state)]; }

std::optional<SweepState> ParseSweepState(std::string_view name) {
  return Parse<SweepState>(kSweepNames, name);
}
std::optional<TrialState> ParseTrialState(std::string_view name) {
  return Parse<TrialState>(kTrialNames, name);
}
std::optional<AttemptState> ParseAttemptState(std::string_view name) {
  return Parse<AttemptState>(kAttemptNames, name);
}

bool IsTerminal(SweepState state) { return HasNoWayOut(kSweepMoves, state); }
bool IsTerminal(TrialState state) { return HasNoWayOut(kTrialMoves, state); }
bool IsTerminal(AttemptState state) { return HasNoWayOut(kAttemptMoves, state); }

bool CanMove(SweepState from, SweepState to) { return Contains(kSweepMoves, from, to); }
bool CanMove(TrialState from, TrialState to) { return Contains(kTrialMoves, from, to); }
bool CanMove(AttemptState from, AttemptState to) { return Contains(kAttemptMoves, from, to); }

}  // namespace sparsweep::store
