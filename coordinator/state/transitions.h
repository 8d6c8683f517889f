// The only writer of the states of sweeps, trials and attempts: a move changes memory and describes
// the same change for the store, with its guard and its line in the log of events.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/state/cluster_state.h"
#include "store/store.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread. Moves that the state tables do not allow change
// nothing and count as an invariant violation.
class Transitions {
 public:
  Transitions(ClusterState& state, const base::Clock& clock) : state_(state), clock_(clock) {}

  SweepEntry& CreateSweep(store::Sweep row, std::vector<store::Trial> trials);
  void Move(SweepEntry& sweep, store::SweepState to);
  // Ends the trial's time when `to` is terminal. `details` is the event's JSON.
  void Move(TrialEntry& trial, store::TrialState to, const std::string& details = "{}");
  // A new attempt, leased: trial.row.attempt_number rises by one.
  void OpenAttempt(TrialEntry& trial, store::Attempt attempt);
  // The attempt goes on as running.
  void StartAttempt(TrialEntry& trial);
  // The live attempt ends; `to` is terminal. The trial has to be moved too.
  void CloseAttempt(TrialEntry& trial, store::AttemptState to);
  // Fields changed, states did not.
  void SaveProgress(const TrialEntry& trial);
  // A line in the log of events that is no move.
  void Note(const TrialEntry& trial, const std::string& kind, const std::string& details);
  void Add(store::Mutation mutation) { batch_.mutations.push_back(std::move(mutation)); }

  [[nodiscard]] int64_t WallMicros() const { return clock_.WallMicros(); }
  // What has changed since the last Take; all of it goes to disk together.
  [[nodiscard]] store::WriteBatch Take();
  // After a failed commit.
  void Discard() { batch_.mutations.clear(); }

 private:
  void Append(const std::string& kind, const store::Trial& trial, const std::string& details);
  void Append(const std::string& kind, const store::Sweep& sweep);

  ClusterState& state_;
  const base::Clock& clock_;
  store::WriteBatch batch_;
};

}  // namespace sparsweep::coordinator
