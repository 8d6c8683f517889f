#include "coordinator/coordinator_core/snapshot_builder.h"

#include <utility>
#include <variant>

#include "coordinator/state/placement.h"
#include "coordinator/sweep/canonical_form.h"

namespace sparsweep::coordinator {
namespace {

using dashboard_api::TrialView;

constexpr std::chrono::milliseconds kProgressInterval{250};
constexpr std::chrono::seconds kQuietInterval{1};  // workers and counters change without a commit
constexpr size_t kLargeSweep = 5000;               // trials; copying one takes milliseconds

std::vector<std::string> SlotNames(const store::Attempt& attempt) {
  std::vector<std::string> names;
  for (const Member& member : PlacementOf(attempt)) {
    for (const std::string& slot : member.slots) names.push_back(member.worker + "/" + slot);
  }
  return names;
}

}  // namespace

void SnapshotBuilder::Load(const store::LoadedState& loaded) {
  sweeps_.clear();
  places_.clear();
  last_event_sequence_ = loaded.last_event_sequence;
  for (const store::Sweep& row : loaded.sweeps) Take(store::InsertSweep{row});
  for (const store::Trial& row : loaded.trials) AddTrial(row);
  for (const store::Attempt& row : loaded.accepted_attempts) {
    Take(store::UpdateAttempt{row.state, row});
  }
  for (const store::Attempt& row : loaded.live_attempts) Take(store::UpdateAttempt{row.state, row});
  for (const store::MetricAggregate& sum : loaded.aggregates) {
    TrialView& view = Change(sum.trial_id);
    if (!view.row.score) view.score = sum.last;
    places_[sum.trial_id].last_score_step = sum.last_step;
  }
  urgent_ = true;
}

void SnapshotBuilder::Apply(const store::WriteBatch& committed) {
  for (const store::Mutation& mutation : committed.mutations) {
    std::visit([this](const auto& change) { Take(change); }, mutation);
  }
}

void SnapshotBuilder::SetPace(int64_t trial_id, const dashboard_api::TrialPace& pace) {
  Change(trial_id).pace = pace;
}

void SnapshotBuilder::Publish(const ClusterState& state, base::SteadyTime now, bool serving,
                              bool force) {
  const auto age = now - last_publish_;
  const bool due = age >= kQuietInterval || (changed_ && age >= kProgressInterval);
  if (!force && !urgent_ && !due) return;
  auto snapshot = std::make_shared<dashboard_api::Snapshot>();
  snapshot->serving = serving;
  snapshot->last_event_sequence = last_event_sequence_;
  changed_ = false;
  for (auto sweep = sweeps_.rbegin(); sweep != sweeps_.rend(); ++sweep) {
    auto& [id, entry] = *sweep;
    if (!entry.published) {
      entry.published = std::make_shared<const dashboard_api::SweepView>(entry.view);
    }
    snapshot->sweeps.push_back(entry.published);
  }
  snapshot->workers = Workers(state, now);
  snapshot->counters = counters_;
  snapshot->counters.lease_expirations = state.tally.lease_expirations;
  snapshot->counters.stale_reports_rejected = state.tally.stale_reports_rejected;
  snapshot->counters.invariant_violations = state.tally.invariant_violations;
  board_.Publish(std::move(snapshot));
  urgent_ = false;
  last_publish_ = now;
}

void SnapshotBuilder::Take(const store::InsertSweep& insert) {
  Sweep& sweep = sweeps_[insert.row.id];
  if (sweep.view.row.id == 0) {
    sweep.view.threads = sweep::ThreadsOf(insert.row.canonical_json);
    sweep.view.ranks = sweep::RanksOf(insert.row.canonical_json);
  }
  sweep.view.row = insert.row;
  sweep.view.row.canonical_json.clear();
  urgent_ = true;
}

void SnapshotBuilder::Take(const store::UpdateSweep& update) {
  Take(store::InsertSweep{update.row});
  sweeps_[update.row.id].published.reset();
}

void SnapshotBuilder::Take(const store::InsertTrial& insert) { AddTrial(insert.row); }

void SnapshotBuilder::Take(const store::UpdateTrial& update) {
  TrialView& view = Change(update.row.id);
  view.row = update.row;
  view.row.spec_json.clear();
  if (view.row.score) view.score = view.row.score;
  if (update.from == update.row.state) return;
  ++counters_.trial_transitions[{std::string(store::Name(update.from)),
                                 std::string(store::Name(update.row.state))}];
  const Sweep& sweep = sweeps_.at(update.row.sweep_id);
  urgent_ = urgent_ || sweep.view.trials.size() < kLargeSweep;
}

void SnapshotBuilder::Take(const store::InsertAttempt& insert) {
  TrialView& view = Change(insert.row.trial_id);
  view.worker = insert.row.worker;
  view.slots = SlotNames(insert.row);
  view.directory = insert.row.directory;
}

void SnapshotBuilder::Take(const store::UpdateAttempt& update) {
  TrialView& view = Change(update.row.trial_id);
  const bool live = !store::IsTerminal(update.row.state);
  const bool shown = live || update.row.state == store::AttemptState::kAccepted;
  view.worker = live ? update.row.worker : "";
  if (live && view.slots.empty()) view.slots = SlotNames(update.row);
  if (!live) view.slots.clear();
  view.directory = shown ? update.row.directory : "";
  if (live) return;
  view.pace = {};
}

void SnapshotBuilder::Take(const store::AppendEvent&) { ++last_event_sequence_; }

void SnapshotBuilder::Take(const store::AppendMetrics& append) {
  const store::MetricChunk& chunk = append.chunk;
  counters_.metric_points_ingested += chunk.points.size();
  Place& place = places_.at(chunk.trial_id);
  if (chunk.metric != sweeps_.at(place.sweep_id).view.row.metric) return;
  Change(chunk.trial_id).score = chunk.points.back().value;
  place.last_score_step = chunk.points.back().step;
}

void SnapshotBuilder::Take(const store::SupersedeMetrics& supersede) {
  Place& place = places_.at(supersede.trial_id);
  if (place.last_score_step <= supersede.step) return;
  Change(supersede.trial_id).score.reset();
  place.last_score_step = -1;
}

void SnapshotBuilder::AddTrial(const store::Trial& row) {
  Sweep& sweep = sweeps_.at(row.sweep_id);
  places_[row.id] = {row.sweep_id, sweep.view.trials.size(), -1};
  TrialView& view = sweep.view.trials.emplace_back();
  view.row = row;
  view.row.spec_json.clear();
  view.score = row.score;
  sweep.published.reset();
}

TrialView& SnapshotBuilder::Change(int64_t trial_id) {
  const Place& place = places_.at(trial_id);
  Sweep& sweep = sweeps_.at(place.sweep_id);
  sweep.published.reset();
  changed_ = true;
  return sweep.view.trials[place.position];
}

std::vector<dashboard_api::WorkerView> SnapshotBuilder::Workers(const ClusterState& state,
                                                                base::SteadyTime now) const {
  std::map<std::string, int64_t> leased;
  for (const auto& [key, lease] : state.leases.all()) {
    for (const LeasePart& part : lease.parts) {
      leased[part.worker] += static_cast<int64_t>(part.slots.size());
    }
  }
  std::vector<dashboard_api::WorkerView> views;
  for (const auto& [name, worker] : state.workers) {
    dashboard_api::WorkerView& view = views.emplace_back();
    view.name = name;
    view.state = !state.IsAlive(worker, now) ? "lost" : worker.draining ? "draining" : "active";
    view.version = worker.version;
    view.slots = static_cast<int64_t>(worker.slots.size());
    view.leased_slots = leased[name];
  }
  return views;
}

}  // namespace sparsweep::coordinator
