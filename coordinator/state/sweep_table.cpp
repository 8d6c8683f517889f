#include "coordinator/state/sweep_table.h"

#include <utility>

#include "coordinator/sweep/canonical_form.h"

namespace sparsweep::coordinator {

using store::SweepState;
using store::TrialState;

uint32_t SweepEntry::Active() const {
  return Count(TrialState::kLeased) + Count(TrialState::kRunning);
}

SweepEntry& SweepTable::AddSweep(store::Sweep row) {
  const int64_t id = row.id;
  by_name_.emplace(row.name, id);
  if (!store::IsTerminal(row.state)) open_.insert(id);
  SweepEntry& sweep = sweeps_[id];
  sweep.ranks = sweep::RanksOf(row.canonical_json);
  sweep.row = std::move(row);
  return sweep;
}

TrialEntry& SweepTable::AddTrial(store::Trial row) {
  SweepEntry& sweep = sweeps_.at(row.sweep_id);
  sweep.trials.push_back(row.id);
  ++sweep.counts[static_cast<size_t>(row.state)];
  if (row.state == TrialState::kPending) sweep.pending.insert(row.position);
  TrialEntry& trial = trials_[row.id];
  trial.row = std::move(row);
  return trial;
}

void SweepTable::SetState(SweepEntry& sweep, SweepState state) {
  sweep.row.state = state;
  if (store::IsTerminal(state)) open_.erase(sweep.row.id);
}

void SweepTable::SetState(TrialEntry& trial, TrialState state) {
  SweepEntry& sweep = sweeps_.at(trial.row.sweep_id);
  --sweep.counts[static_cast<size_t>(trial.row.state)];
  ++sweep.counts[static_cast<size_t>(state)];
  sweep.pending.erase(trial.row.position);
  if (state == TrialState::kPending) sweep.pending.insert(trial.row.position);
  trial.row.state = state;
}

SweepEntry* SweepTable::FindSweep(int64_t id) {
  const auto found = sweeps_.find(id);
  return found == sweeps_.end() ? nullptr : &found->second;
}

SweepEntry* SweepTable::FindSweep(const std::string& name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : FindSweep(found->second);
}

TrialEntry* SweepTable::FindTrial(int64_t id) {
  const auto found = trials_.find(id);
  return found == trials_.end() ? nullptr : &found->second;
}

const SweepEntry* SweepTable::FindSweep(int64_t id) const {
  const auto found = sweeps_.find(id);
  return found == sweeps_.end() ? nullptr : &found->second;
}

const TrialEntry* SweepTable::FindTrial(int64_t id) const {
  const auto found = trials_.find(id);
  return found == trials_.end() ? nullptr : &found->second;
}

}  // namespace sparsweep::coordinator
