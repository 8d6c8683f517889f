#include "coordinator/coordinator_core/event_intake.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "base/status.h"
#include "contract/trainer_error.h"
#include "coordinator/coordinator_core/refusals.h"

namespace sparsweep::coordinator {
namespace {

using store::AttemptState;
using store::TrialState;

constexpr char kDensityMetric[] = "mask_density";
constexpr char kRemainingMetric[] = "remaining_weights";
constexpr char kBeforeCutMetric[] = "density_before_cut";

store::Failure NoScore() {
  store::Failure failure;
  failure.failure_class = contract::FailureClassName(contract::FailureClass::kInternal);
  failure.reason = "NO_SCORE";
  failure.message = "the trainer ended well but reported no `finished` event";
  return failure;
}

std::string Text(const std::string& text) {
  return nlohmann::json({{"text", text}})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// A stage that is over is not shown.
dashboard_api::TrialPace PaceOf(const contract::Stage& stage) {
  if (stage.done >= stage.total) return {};
  return {.stage = stage.name,
          .stage_share = static_cast<double>(stage.done) / static_cast<double>(stage.total)};
}

}  // namespace

void EventIntake::Load(const store::LoadedState& loaded) {
  scores_.clear();
  for (const store::MetricAggregate& sum : loaded.aggregates) {
    scores_[sum.trial_id] = {sum.last_step, sum.last};
  }
}

absl::StatusOr<Taken> EventIntake::Report(const EventReport& report, base::SteadyTime now) {
  const auto fenced = Fence(report);
  if (!fenced.ok()) return fenced.status();
  if (*fenced == nullptr) {  // accepted before: this is that report again
    return Taken{{report.events.empty() ? 0 : report.events.back().sequence}, {}};
  }
  TrialEntry& trial = **fenced;
  // Ranks above 0 have nothing to tell but how they failed.
  const bool leads = trial.attempt->worker == report.worker;
  if (!leads && (!report.events.empty() || (report.outcome && !report.outcome->failure))) {
    return base::WithReason(
        absl::InvalidArgumentError("events: rank 0 runs on another worker, which reports them"),
        {"INVALID_REPORT", {{"field", "events"}}});
  }
  const uint64_t first_new = trial.attempt->last_sequence + 1;
  uint64_t next = first_new;
  for (const contract::TrainerEvent& event : report.events) {
    if (event.sequence > next) return EventGap(next - 1, event.sequence);
    if (event.sequence == next) ++next;
  }
  if (report.outcome && report.outcome->failure &&
      !contract::ParseFailureClass(report.outcome->failure->failure_class)) {
    return base::WithReason(
        absl::InvalidArgumentError(fmt::format("outcome.failure.failure_class: unknown '{}'",
                                               report.outcome->failure->failure_class)),
        {"INVALID_REPORT", {{"field", "outcome.failure.failure_class"}}});
  }
  Taken taken;
  if (next > first_new) {
    if (trial.attempt->state == AttemptState::kLeased) transitions_.StartAttempt(trial);
    if (!report.directory.empty()) trial.attempt->directory = report.directory;
    uint64_t expected = first_new;
    for (const contract::TrainerEvent& event : report.events) {
      if (event.sequence != expected) continue;
      ++expected;
      TakeEvent(trial, event, taken);
    }
    StoreChunks(trial);
    transitions_.SaveProgress(trial);
  }
  taken.ack.acknowledged_sequence = trial.attempt->last_sequence;
  if (report.outcome) {
    TakeOutcome(trial, report.worker, *report.outcome, now);
    taken.pace.reset();  // it stands still now
  }
  return taken;
}

absl::StatusOr<TrialEntry*> EventIntake::Fence(const EventReport& report) {
  TrialEntry* trial = state_.sweeps.FindTrial(report.attempt.trial_id);
  if (trial == nullptr) return TrialNotFound(report.attempt.trial_id);
  if (trial->IsLive(report.attempt.attempt_number)) {
    const Lease* lease = state_.leases.Find(report.attempt);
    if (lease != nullptr && lease->PartOf(report.worker) != nullptr) return trial;
  }
  if (trial->row.state == TrialState::kSucceeded &&
      trial->row.accepted_attempt == report.attempt.attempt_number) {
    return nullptr;
  }
  ++state_.tally.stale_reports_rejected;
  return StaleAttempt(report.attempt);
}

void EventIntake::TakeEvent(TrialEntry& trial, const contract::TrainerEvent& event, Taken& taken) {
  store::Attempt& attempt = *trial.attempt;
  if (std::holds_alternative<contract::Started>(event.body)) TakeStart(trial, event.step);
  attempt.last_sequence = event.sequence;
  attempt.last_step = trial.row.step = event.step;
  if (const auto* metric = std::get_if<contract::Metric>(&event.body)) {
    AddPoint(trial, metric->name, {event.step, metric->value});
  } else if (const auto* density = std::get_if<contract::Density>(&event.body)) {
    trial.row.mask_density = density->overall;
    trial.row.remaining_weights = density->remaining_weights;
    AddPoint(trial, kDensityMetric, {event.step, density->overall});
    AddPoint(trial, kRemainingMetric, {event.step, density->remaining_weights});
  } else if (const auto* target = std::get_if<contract::TargetDensity>(&event.body)) {
    AddPoint(trial, kBeforeCutMetric, {event.step, target->before_cut});
  } else if (const auto* progress = std::get_if<contract::Progress>(&event.body)) {
    taken.pace = dashboard_api::TrialPace{.examples_per_second = progress->examples_per_second,
                                          .eta_seconds = progress->eta_seconds,
                                          .stage = "",
                                          .stage_share = 0};
  } else if (const auto* stage = std::get_if<contract::Stage>(&event.body)) {
    taken.pace = PaceOf(*stage);
  } else if (const auto* mask = std::get_if<contract::MaskWritten>(&event.body)) {
    attempt.mask_hash = mask->hash;
  } else if (const auto* warning = std::get_if<contract::Warning>(&event.body)) {
    transitions_.Note(trial, "trial.warning", Text(warning->text));
  } else if (const auto* finished = std::get_if<contract::Finished>(&event.body)) {
    TakeFinish(trial, event.step, finished->score);
  }
}

// The attempt goes on at `step`: what earlier ones reported beyond it is superseded.
void EventIntake::TakeStart(TrialEntry& trial, int64_t step) {
  trial.attempt->start_step = step;
  if (trial.row.attempt_number == 1) return;
  transitions_.Add(store::SupersedeMetrics{trial.row.id, trial.row.attempt_number, step});
  const auto score = scores_.find(trial.row.id);
  if (score != scores_.end() && score->second.step > step) scores_.erase(score);
}

// The score is the sweep's metric where the trainer reported it at its last step.
void EventIntake::TakeFinish(TrialEntry& trial, int64_t step, double score) {
  const auto last = scores_.find(trial.row.id);
  const bool measured = last != scores_.end() && last->second.step == step;
  trial.row.score = measured ? last->second.value : score;
}

void EventIntake::AddPoint(TrialEntry& trial, const std::string& metric, store::MetricPoint point) {
  chunks_[metric].push_back(point);
  const store::Sweep& sweep = state_.sweeps.FindSweep(trial.row.sweep_id)->row;
  if (metric == sweep.metric) scores_[trial.row.id] = point;
}

void EventIntake::StoreChunks(TrialEntry& trial) {
  for (auto& [metric, points] : std::exchange(chunks_, {})) {
    transitions_.Add(
        store::AppendMetrics{{trial.row.id, trial.row.attempt_number, metric, std::move(points)}});
  }
}

void EventIntake::TakeOutcome(TrialEntry& trial, const std::string& worker,
                              const AttemptOutcome& outcome, base::SteadyTime now) {
  const AttemptKey key{trial.row.id, trial.row.attempt_number};
  trial.attempt->exit_code = outcome.exit_code;
  if (!outcome.failure && trial.row.score) {
    ender_.Accept(trial);
  } else {
    store::Failure failure = outcome.failure ? *outcome.failure : NoScore();
    const auto failure_class = *contract::ParseFailureClass(failure.failure_class);
    ender_.Fail(trial, AttemptState::kFailed, failure_class, std::move(failure), now);
  }
  if (store::IsTerminal(trial.row.state)) scores_.erase(trial.row.id);
  leases_.Release(key, worker);
}

}  // namespace sparsweep::coordinator
