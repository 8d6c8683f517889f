#include "coordinator/coordinator_core/core_parts.h"

#include <algorithm>
#include <variant>

#include "base/logging.h"
#include "coordinator/coordinator_core/refusals.h"
#include "coordinator/scheduler/scheduler.h"

namespace sparsweep::coordinator {
namespace {

constexpr size_t kMaxQueuedBatches = 1000;
constexpr int kMaxPlans = 3;  // a plan may free what the next one grants
constexpr std::chrono::milliseconds kFirstRetry{250};
constexpr std::chrono::seconds kLastRetry{10};

void LogEvents(const store::WriteBatch& batch, const ClusterState& state) {
  for (const store::Mutation& mutation : batch.mutations) {
    const auto* append = std::get_if<store::AppendEvent>(&mutation);
    if (append == nullptr) continue;
    const store::Event& event = append->event;
    const SweepEntry* sweep = state.sweeps.FindSweep(event.sweep_id);
    const std::string name = sweep == nullptr ? "" : sweep->row.name;
    if (event.trial_id == 0) {
      base::LogInfo("event", {{"kind", event.kind}, {"sweep", name}});
      continue;
    }
    base::LogInfo("event", {{"kind", event.kind},
                            {"sweep", name},
                            {"trial", contract::TrialName(event.trial_id)},
                            {"attempt", std::to_string(event.attempt_number)},
                            {"details", event.json}});
  }
}

}  // namespace

CoordinatorCore::Parts::Parts(const CoreOptions& options, const base::Clock& the_clock,
                              store::Store& the_store, dashboard_api::SnapshotBoard& board)
    : clock(the_clock),
      store(the_store),
      transitions(state, clock),
      ender(state, transitions),
      leases(state, transitions, ender),
      requests(store, state, transitions),
      sweeps(state, transitions, ender, requests),
      events(state, transitions, ender, leases),
      sync(state, leases),
      parked(sync),
      snapshots(board),
      commits(store, {[this](const store::WriteBatch& batch) { Committed(batch); },
                      [this](const absl::Status& status) { CommitFailed(status); },
                      [this] { Reload(); }}) {
  state.lease_duration = options.lease_duration;
}

absl::Status CoordinatorCore::Parts::WhyNoWrites() const {
  if (mode == Mode::kShutdown || mode == Mode::kClosed) return ShuttingDown();
  if (mode != Mode::kServing) return StoreUnavailable(failure);
  return commits.queued() > kMaxQueuedBatches ? Overloaded() : absl::OkStatus();
}

void CoordinatorCore::Parts::Flush(bool plan) {
  const base::SteadyTime now = clock.Now();
  for (int i = 0; plan && mode == Mode::kServing && i < kMaxPlans; ++i) {
    const Plan next = MakePlan(state, now);
    if (next.empty()) break;
    leases.Apply(next, now);
  }
  store::WriteBatch batch = transitions.Take();
  if (!batch.mutations.empty()) commits.Write(std::move(batch));
  parked.AnswerChanged(now, [this](Reply<SyncAnswer> reply, absl::StatusOr<SyncAnswer> answer) {
    Release(std::move(reply), std::move(answer));
  });
}

absl::Status CoordinatorCore::Parts::Load() {
  const auto loaded = store.Load();
  if (!loaded.ok()) return loaded.status();
  LoadState(*loaded, state);
  events.Load(*loaded);
  snapshots.Load(*loaded);
  leases.Restore(clock.Now());
  return absl::OkStatus();
}

void CoordinatorCore::Parts::Committed(const store::WriteBatch& batch) {
  LogEvents(batch, state);
  snapshots.Apply(batch);
  if (mode == Mode::kProbing) {
    base::LogInfo("the database can be written again");
    retry = std::chrono::nanoseconds(0);
    SetMode(Mode::kServing);
  }
  snapshots.Publish(state, clock.Now(), mode == Mode::kServing, false);
}

void CoordinatorCore::Parts::CommitFailed(const absl::Status& status) {
  base::LogError("commit failed, reloading", {{"error", status.ToString()}});
  failure = std::string(status.message());
  transitions.Discard();
  if (mode != Mode::kShutdown) SetMode(Mode::kDraining);
}

// Nothing is under way in the store: start over from what is on disk.
void CoordinatorCore::Parts::Reload() {
  if (mode == Mode::kShutdown) return;
  requests.ForgetInFlight();
  const absl::Status status = Load();
  if (status.ok()) return SetMode(Mode::kProbing);
  base::LogError("cannot read the database", {{"error", status.ToString()}});
  failure = std::string(status.message());
}

void CoordinatorCore::Parts::Probe() {
  const base::SteadyTime now = clock.Now();
  if (now < next_try || commits.queued() != 0) return;
  retry = std::clamp<std::chrono::nanoseconds>(retry * 2, kFirstRetry, kLastRetry);
  next_try = now + retry;
  if (mode == Mode::kDraining) return Reload();
  store::Event event;
  event.time = clock.WallMicros();
  event.kind = "coordinator.recovered";
  event.json = "{}";
  commits.Write({{store::AppendEvent{std::move(event)}}});
}

void CoordinatorCore::Parts::SetMode(Mode next) {
  const bool was_serving = mode == Mode::kServing;
  mode = next;
  const bool serving = mode == Mode::kServing;
  if (was_serving == serving) return;
  snapshots.Publish(state, clock.Now(), serving, true);
  if (serving_changed) serving_changed(serving);
}

}  // namespace sparsweep::coordinator
