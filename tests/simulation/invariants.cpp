#include "tests/simulation/invariants.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

#include "contract/trial_spec.h"
#include "coordinator/state/placement.h"

namespace sparsweep::simulation {

using store::AttemptState;
using store::SweepState;
using store::TrialState;

void Invariants::Check(const test::MemoryStore& store, const dashboard_api::Snapshot& snapshot,
                       const std::vector<std::unique_ptr<SimWorker>>& workers,
                       const std::vector<std::unique_ptr<SimUser>>& users) {
  CheckRows(store.tables());
  CheckPlacements(store.tables());
  CheckEvents(store.tables());
  CheckMetrics(store.tables());
  CheckWorkers(store.tables(), workers);
  CheckUsers(store.tables(), users);
  CheckSnapshot(store, snapshot);
}

// Attempt numbers rise, a terminal state is final, one attempt at most is live or accepted.
void Invariants::CheckRows(const test::MemoryTables& tables) {
  for (const auto& [id, trial] : tables.trials) {
    const auto before = before_.find(id);
    if (before != before_.end()) {
      EXPECT_GE(trial.attempt_number, before->second.attempt_number);
      if (store::IsTerminal(before->second.state)) {
        EXPECT_EQ(trial.state, before->second.state);
        EXPECT_EQ(trial.score, before->second.score);
        EXPECT_EQ(trial.accepted_attempt, before->second.accepted_attempt);
      }
    }
    int live = 0;
    int accepted = 0;
    for (uint32_t n = 1; n <= trial.attempt_number; ++n) {
      const auto attempt = tables.attempts.find({id, n});
      ASSERT_NE(attempt, tables.attempts.end()) << "attempt " << n << " of trial " << id;
      live += store::IsTerminal(attempt->second.state) ? 0 : 1;
      accepted += attempt->second.state == AttemptState::kAccepted ? 1 : 0;
    }
    const bool active = trial.state == TrialState::kLeased || trial.state == TrialState::kRunning;
    EXPECT_EQ(live, active ? 1 : 0) << "trial " << id;
    EXPECT_EQ(accepted, trial.state == TrialState::kSucceeded ? 1 : 0) << "trial " << id;
    if (trial.state == TrialState::kSucceeded) {
      EXPECT_EQ(trial.score, ValueAt(id, kSteps));
    }
    const SweepState sweep = tables.sweeps.at(trial.sweep_id).state;
    if (store::IsTerminal(sweep)) {
      EXPECT_TRUE(store::IsTerminal(trial.state)) << "trial " << id;
    }
    if (sweep == SweepState::kChecking) {
      EXPECT_EQ(trial.attempt_number, 0u);
    }
  }
  before_ = tables.trials;
}

// A live attempt holds a slot for each of its ranks, which no other one holds.
void Invariants::CheckPlacements(const test::MemoryTables& tables) {
  std::set<std::pair<std::string, std::string>> held;
  for (const auto& [key, attempt] : tables.attempts) {
    if (store::IsTerminal(attempt.state)) continue;
    const store::Trial& trial = tables.trials.at(attempt.trial_id);
    const auto spec = contract::ParseTrialSpec(trial.spec_json);
    const coordinator::Placement placement = coordinator::PlacementOf(attempt);
    EXPECT_EQ(coordinator::Ranks(placement), spec->world.size) << "trial " << trial.id;
    for (const coordinator::Member& member : placement) {
      for (const std::string& slot : member.slots) {
        EXPECT_TRUE(held.emplace(member.worker, slot).second)
            << member.worker << " " << slot << " is held twice";
      }
    }
  }
}

// No gap, and one end a trial.
void Invariants::CheckEvents(const test::MemoryTables& tables) {
  std::set<int64_t> ended;
  uint64_t sequence = 0;
  for (const store::Event& event : tables.events) {
    EXPECT_EQ(event.sequence, ++sequence);
    if (event.kind == "trial.succeeded" || event.kind == "trial.failed" ||
        event.kind == "trial.canceled") {
      EXPECT_TRUE(ended.insert(event.trial_id).second) << "trial " << event.trial_id;
    }
  }
}

// What counts is one value a step, and the right one.
void Invariants::CheckMetrics(const test::MemoryTables& tables) {
  for (const auto& [key, points] : tables.metrics) {
    std::set<int64_t> steps;
    for (const auto& point : points) {
      if (point.superseded) continue;
      EXPECT_EQ(point.value, ValueAt(key.first, point.step));
      EXPECT_TRUE(steps.insert(point.step).second)
          << "step " << point.step << " of trial " << key.first << " counts twice";
    }
  }
}

// No trial runs twice, no slot is used twice, and what was acknowledged is on disk.
void Invariants::CheckWorkers(const test::MemoryTables& tables,
                              const std::vector<std::unique_ptr<SimWorker>>& workers) {
  std::map<int64_t, std::pair<uint32_t, std::set<size_t>>> running;  // by trial: attempt, ranks
  for (const auto& worker : workers) {
    std::set<std::string> slots;
    for (const SimTrainer* trainer : worker->Running()) {
      const auto& [trial, number] = trainer->key;
      auto& [attempt, ranks] = running.try_emplace(trial, number, std::set<size_t>{}).first->second;
      EXPECT_EQ(attempt, number) << "two attempts of trial " << trial << " run";
      for (size_t i = 0; i < trainer->slots.size(); ++i) {
        EXPECT_TRUE(ranks.insert(trainer->first_rank + i).second)
            << "rank " << trainer->first_rank + i << " of trial " << trial << " runs twice";
        EXPECT_TRUE(slots.insert(trainer->slots[i]).second)
            << worker->name() << " uses " << trainer->slots[i] << " twice";
      }
    }
    for (const auto& [key, sequence] : worker->acknowledged()) {
      const auto attempt = tables.attempts.find({key.trial_id, key.attempt_number});
      ASSERT_NE(attempt, tables.attempts.end());
      EXPECT_GE(attempt->second.last_sequence, sequence);
    }
  }
}

// What a user was told is on disk; a sweep is there once, with all its points.
void Invariants::CheckUsers(const test::MemoryTables& tables,
                            const std::vector<std::unique_ptr<SimUser>>& users) {
  std::map<std::string, const store::Sweep*> sweeps;
  for (const auto& [id, sweep] : tables.sweeps) {
    EXPECT_TRUE(sweeps.emplace(sweep.name, &sweep).second) << sweep.name;
  }
  for (const auto& user : users) {
    EXPECT_FALSE(user->refused()) << user->sweep();
    const auto found = sweeps.find(user->sweep());
    if (found == sweeps.end()) {
      EXPECT_FALSE(user->submitted());
      continue;
    }
    int trials = 0;
    for (const auto& [id, trial] : tables.trials) {
      trials += trial.sweep_id == found->second->id ? 1 : 0;
    }
    EXPECT_EQ(trials, user->trials());
    if (user->canceled()) {
      EXPECT_EQ(found->second->state, SweepState::kCanceled);
    }
  }
}

// Readers see what is on disk.
void Invariants::CheckSnapshot(const test::MemoryStore& store,
                               const dashboard_api::Snapshot& snapshot) {
  EXPECT_EQ(snapshot.counters.invariant_violations, 0u);
  if (store.Statistics().queued_batches != 0 || !snapshot.serving) return;
  for (const auto& sweep : snapshot.sweeps) {
    EXPECT_EQ(sweep->row.state, store.tables().sweeps.at(sweep->row.id).state);
    for (const dashboard_api::TrialView& view : sweep->trials) {
      const store::Trial& row = store.tables().trials.at(view.row.id);
      EXPECT_EQ(view.row.state, row.state) << "trial " << row.id;
      EXPECT_EQ(view.row.attempt_number, row.attempt_number) << "trial " << row.id;
    }
  }
}

void Invariants::CheckEnd(const test::MemoryStore& store,
                          const std::vector<std::unique_ptr<SimUser>>& users) {
  const test::MemoryTables& tables = store.tables();
  for (const auto& user : users) EXPECT_TRUE(user->submitted()) << user->sweep();
  EXPECT_EQ(tables.sweeps.size(), users.size());
  for (const auto& [id, sweep] : tables.sweeps) {
    EXPECT_TRUE(store::IsTerminal(sweep.state))
        << sweep.name << " is stuck in " << store::Name(sweep.state);
    if (sweep.name.ends_with("-bad") && sweep.state != SweepState::kCanceled) {
      EXPECT_EQ(sweep.state, SweepState::kRejected);
    }
  }
  for (const auto& [id, trial] : tables.trials) {
    EXPECT_TRUE(store::IsTerminal(trial.state))
        << "trial " << id << " is stuck in " << store::Name(trial.state) << ", attempt "
        << trial.attempt_number;
  }
}

}  // namespace sparsweep::simulation
