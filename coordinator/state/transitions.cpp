#include "coordinator/state/transitions.h"

#include <utility>

namespace sparsweep::coordinator {

using store::AttemptState;
using store::SweepState;
using store::TrialState;

SweepEntry& Transitions::CreateSweep(store::Sweep row, std::vector<store::Trial> trials) {
  Add(store::InsertSweep{row});
  Append("sweep.created", row);
  SweepEntry& sweep = state_.sweeps.AddSweep(std::move(row));
  for (store::Trial& trial : trials) {
    Add(store::InsertTrial{trial});
    state_.sweeps.AddTrial(std::move(trial));
  }
  return sweep;
}

void Transitions::Move(SweepEntry& sweep, SweepState to) {
  const SweepState from = sweep.row.state;
  if (!store::CanMove(from, to)) {
    ++state_.tally.invariant_violations;
    return;
  }
  state_.sweeps.SetState(sweep, to);
  if (store::IsTerminal(to)) sweep.row.end_time = clock_.WallMicros();
  Add(store::UpdateSweep{from, sweep.row});
  Append("sweep." + std::string(store::Name(to)), sweep.row);
}

void Transitions::Move(TrialEntry& trial, TrialState to, const std::string& details) {
  const TrialState from = trial.row.state;
  if (!store::CanMove(from, to)) {
    ++state_.tally.invariant_violations;
    return;
  }
  state_.sweeps.SetState(trial, to);
  if (store::IsTerminal(to)) trial.row.end_time = clock_.WallMicros();
  Add(store::UpdateTrial{from, trial.row.attempt_number, trial.row});
  Append("trial." + std::string(store::Name(to)), trial.row, details);
}

void Transitions::OpenAttempt(TrialEntry& trial, store::Attempt attempt) {
  if (trial.row.state != TrialState::kPending || trial.attempt) {
    ++state_.tally.invariant_violations;
    return;
  }
  const uint32_t before = trial.row.attempt_number;
  trial.row.attempt_number = attempt.attempt_number = before + 1;
  state_.sweeps.SetState(trial, TrialState::kLeased);
  Add(store::InsertAttempt{attempt});
  Add(store::UpdateTrial{TrialState::kPending, before, trial.row});
  Append("trial.leased", trial.row, "{\"worker\":\"" + attempt.worker + "\"}");
  trial.last_worker = attempt.worker;
  trial.attempt = std::move(attempt);
}

void Transitions::StartAttempt(TrialEntry& trial) {
  trial.attempt->state = AttemptState::kRunning;
  Add(store::UpdateAttempt{AttemptState::kLeased, *trial.attempt});
  Move(trial, TrialState::kRunning);
}

void Transitions::CloseAttempt(TrialEntry& trial, AttemptState to) {
  if (!trial.attempt || !store::CanMove(trial.attempt->state, to)) {
    ++state_.tally.invariant_violations;
    return;
  }
  const AttemptState from = std::exchange(trial.attempt->state, to);
  trial.attempt->end_time = clock_.WallMicros();
  Add(store::UpdateAttempt{from, *trial.attempt});
  trial.attempt.reset();
}

void Transitions::SaveProgress(const TrialEntry& trial) {
  if (trial.attempt) Add(store::UpdateAttempt{trial.attempt->state, *trial.attempt});
  Add(store::UpdateTrial{trial.row.state, trial.row.attempt_number, trial.row});
}

void Transitions::Note(const TrialEntry& trial, const std::string& kind,
                       const std::string& details) {
  Append(kind, trial.row, details);
}

store::WriteBatch Transitions::Take() { return std::exchange(batch_, {}); }

void Transitions::Append(const std::string& kind, const store::Trial& trial,
                         const std::string& details) {
  store::Event event;
  event.time = clock_.WallMicros();
  event.kind = kind;
  event.sweep_id = trial.sweep_id;
  event.trial_id = trial.id;
  event.attempt_number = trial.attempt_number;
  event.json = details;
  Add(store::AppendEvent{std::move(event)});
}

void Transitions::Append(const std::string& kind, const store::Sweep& sweep) {
  store::Event event;
  event.time = clock_.WallMicros();
  event.kind = kind;
  event.sweep_id = sweep.id;
  event.json = "{}";
  Add(store::AppendEvent{std::move(event)});
}

}  // namespace sparsweep::coordinator
