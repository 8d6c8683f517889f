#include "coordinator/coordinator_core/coordinator_core.h"

#include <algorithm>
#include <utility>

#include "coordinator/coordinator_core/core_parts.h"
#include "coordinator/coordinator_core/refusals.h"

namespace sparsweep::coordinator {
namespace {

constexpr std::chrono::seconds kMaxWait{30};

}  // namespace

CoordinatorCore::CoordinatorCore(const CoreOptions& options, const base::Clock& clock,
                                 store::Store& store, dashboard_api::SnapshotBoard& board)
    : parts_(std::make_unique<Parts>(options, clock, store, board)) {}

CoordinatorCore::~CoordinatorCore() = default;

absl::Status CoordinatorCore::Open(std::function<void(bool)> serving_changed) {
  parts_->serving_changed = std::move(serving_changed);
  if (absl::Status status = parts_->Load(); !status.ok()) return status;
  parts_->SetMode(Mode::kServing);
  return absl::OkStatus();
}

void CoordinatorCore::Tick() {
  Parts& parts = *parts_;
  if (parts.mode == Mode::kShutdown || parts.mode == Mode::kClosed) return;
  if (parts.commits.queued() == 0) parts.requests.ForgetInFlight();
  parts.sync.ForgetLost(parts.clock.Now());
  if (parts.mode != Mode::kDraining) parts.Flush(true);
  if (parts.mode != Mode::kServing) parts.Probe();  // last: no answer waits for it
  parts.snapshots.Publish(parts.state, parts.clock.Now(), parts.mode == Mode::kServing, false);
}

void CoordinatorCore::Shutdown() {
  parts_->SetMode(Mode::kShutdown);
  parts_->parked.FailAll(ShuttingDown());
}

void CoordinatorCore::SubmitSweep(const SubmitRequest& request, Reply<SweepAnswer> reply) {
  if (parts_->Refuses(reply)) return;
  auto answer = parts_->sweeps.Submit(request);
  parts_->Flush(true);
  parts_->Release(std::move(reply), std::move(answer));
}

void CoordinatorCore::CancelSweep(const CancelRequest& request, Reply<SweepAnswer> reply) {
  if (parts_->Refuses(reply)) return;
  auto answer = parts_->sweeps.Cancel(request);
  parts_->Flush(true);
  parts_->Release(std::move(reply), std::move(answer));
}

void CoordinatorCore::Sync(SyncRequest request, Reply<SyncAnswer> reply) {
  Parts& parts = *parts_;
  // Never shed: renewing writes nothing, and no lease may end because the disk is slow or full.
  const bool renewing = parts.mode == Mode::kProbing && !parts.sync.IsNewInstance(request);
  if (!renewing && parts.mode != Mode::kServing) return reply(parts.WhyNoWrites());
  const base::SteadyTime now = parts.clock.Now();
  if (absl::Status status = parts.sync.Arrive(request, now); !status.ok()) {
    return parts.Release(std::move(reply), absl::StatusOr<SyncAnswer>(std::move(status)));
  }
  const auto wait = std::clamp<std::chrono::nanoseconds>(
      request.wait, std::chrono::nanoseconds(0),
      std::min<std::chrono::nanoseconds>(kMaxWait, parts.state.lease_duration / 3));
  parts.parked.Park(std::move(request), std::move(reply), now, now + wait);
  parts.Flush(true);
}

void CoordinatorCore::ReportEvents(const EventReport& report, Reply<EventAck> reply) {
  Parts& parts = *parts_;
  if (parts.Refuses(reply)) return;
  auto taken = parts.events.Report(report, parts.clock.Now());
  parts.Flush(report.outcome.has_value());
  parts.commits.AfterDurable([&parts, trial_id = report.attempt.trial_id, reply = std::move(reply),
                              taken = std::move(taken)](const absl::Status& status) {
    if (!status.ok()) return reply(status);
    if (!taken.ok()) return reply(taken.status());
    if (taken->pace) parts.snapshots.SetPace(trial_id, *taken->pace);
    reply(taken->ack);
  });
}

void CoordinatorCore::ReportCheck(const CheckReport& report, Reply<Done> reply) {
  if (parts_->Refuses(reply)) return;
  auto answer = parts_->sweeps.ReportCheck(report, parts_->clock.Now());
  parts_->Flush(true);
  parts_->Release(std::move(reply), std::move(answer));
}

void CoordinatorCore::CheckFence(const AttemptKey& attempt, Reply<Done> reply) {
  if (parts_->Refuses(reply)) return;
  const TrialEntry* trial = parts_->state.sweeps.FindTrial(attempt.trial_id);
  absl::StatusOr<Done> answer = Done{};
  if (trial == nullptr) {
    answer = TrialNotFound(attempt.trial_id);
  } else if (!trial->IsLive(attempt.attempt_number)) {
    ++parts_->state.tally.stale_reports_rejected;
    answer = StaleAttempt(attempt);
  }
  parts_->Release(std::move(reply), std::move(answer));
}

}  // namespace sparsweep::coordinator
