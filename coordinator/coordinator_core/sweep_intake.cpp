#include "coordinator/coordinator_core/sweep_intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "contract/trainer_error.h"
#include "coordinator/coordinator_core/refusals.h"

namespace sparsweep::coordinator {
namespace {

using store::SweepState;
using store::TrialState;

constexpr char kSubmit[] = "SubmitSweep";
constexpr char kCancel[] = "CancelSweep";
constexpr std::chrono::seconds kCheckBackoff{1};

store::Sweep SweepRow(const SubmitRequest& request, int64_t id, int64_t now) {
  const sweep::SweepSpec& spec = request.sweep.spec;
  store::Sweep row;
  row.id = id;
  row.name = spec.name;
  row.canonical_hash = request.sweep.canonical_hash;
  row.yaml = request.sweep.yaml;
  row.canonical_json = request.sweep.canonical_json;
  row.request_id = request.request_id;
  row.metric = spec.metric.name;
  row.maximize = spec.metric.goal == "maximize";
  row.max_concurrent = spec.resources.max_concurrent_trials;
  row.max_restarts = spec.max_restarts;
  row.create_time = now;
  return row;
}

store::Trial TrialRow(const search::Point& point, int64_t id, const store::Sweep& sweep,
                      uint32_t position) {
  contract::TrialSpec spec = point.spec;
  spec.trial = contract::TrialName(id);
  store::Trial row;
  row.id = id;
  row.sweep_id = sweep.id;
  row.position = position;
  row.point_hash = point.point_hash;
  row.spec_json = contract::ToJson(spec);
  row.method = spec.pruning.method;
  row.seed = spec.seed;
  row.lambda = spec.pruning.lambda;
  row.density = spec.pruning.density ? spec.pruning.density : spec.pruning.target_density;
  row.variant = point.variant;
  row.steps = spec.training.steps;
  row.create_time = sweep.create_time;
  return row;
}

}  // namespace

TrialCounts CountTrials(const SweepEntry& sweep) {
  return {sweep.Count(TrialState::kPending), sweep.Active(), sweep.Count(TrialState::kSucceeded),
          sweep.Count(TrialState::kFailed), sweep.Count(TrialState::kCanceled)};
}

absl::StatusOr<SweepAnswer> SweepIntake::Submit(const SubmitRequest& request) {
  const CheckedSweep& checked = request.sweep;
  const std::string& name = checked.spec.name;
  if (!request.validate_only) {
    auto first = requests_.Find(request.request_id, kSubmit, name);
    if (!first.ok()) return first.status();
    if (first->has_value()) return **std::move(first);
  }
  if (const SweepEntry* existing = state_.sweeps.FindSweep(name)) {
    if (existing->row.canonical_hash != checked.canonical_hash) return SweepNameTaken(name);
    return SweepAnswer{existing->row, CountTrials(*existing), true};
  }
  const int64_t id = request.validate_only ? 0 : state_.next_sweep_id;
  store::Sweep row = SweepRow(request, id, transitions_.WallMicros());
  TrialCounts counts;
  counts.pending = static_cast<uint32_t>(checked.points.size());
  if (request.validate_only) return SweepAnswer{std::move(row), counts, false};
  std::vector<store::Trial> trials;
  trials.reserve(checked.points.size());
  for (const search::Point& point : checked.points) {
    const int64_t trial_id = state_.next_trial_id + static_cast<int64_t>(trials.size());
    trials.push_back(TrialRow(point, trial_id, row, static_cast<uint32_t>(trials.size())));
  }
  ++state_.next_sweep_id;
  state_.next_trial_id += static_cast<int64_t>(trials.size());
  const SweepAnswer answer{row, counts, false};
  transitions_.CreateSweep(std::move(row), std::move(trials));
  requests_.Remember(request.request_id, kSubmit, answer);
  return answer;
}

absl::StatusOr<SweepAnswer> SweepIntake::Cancel(const CancelRequest& request) {
  auto first = requests_.Find(request.request_id, kCancel, request.name);
  if (!first.ok()) return first.status();
  if (first->has_value()) return **std::move(first);
  SweepEntry* sweep = state_.sweeps.FindSweep(request.name);
  if (sweep == nullptr) return SweepNotFound(request.name);
  const SweepState state = sweep->row.state;
  if (state == SweepState::kCanceled) return SweepAnswer{sweep->row, CountTrials(*sweep), true};
  if (store::IsTerminal(state)) {
    return SweepEnded(request.name, std::string(store::Name(state)));
  }
  transitions_.Move(*sweep, SweepState::kCanceled);
  for (const int64_t trial_id : sweep->trials) {
    TrialEntry& trial = *state_.sweeps.FindTrial(trial_id);
    if (trial.attempt) {
      ender_.Cancel(trial);
    } else if (trial.row.state == TrialState::kPending) {
      transitions_.Move(trial, TrialState::kCanceled);
    }
  }
  SweepAnswer answer{sweep->row, CountTrials(*sweep), true};
  requests_.Remember(request.request_id, kCancel, answer);
  return answer;
}

absl::StatusOr<Done> SweepIntake::ReportCheck(const CheckReport& report, base::SteadyTime now) {
  SweepEntry* sweep = state_.sweeps.FindSweep(report.sweep);
  if (sweep == nullptr) return SweepNotFound(report.sweep);
  if (sweep->row.state != SweepState::kChecking) return Done{};
  if (!report.failure) {
    sweep->row.input_hash = report.input_hash;
    transitions_.Move(*sweep, SweepState::kRunning);
    return Done{};
  }
  const auto failure_class = contract::ParseFailureClass(report.failure->failure_class);
  if (!failure_class) {
    return base::WithReason(
        absl::InvalidArgumentError(
            fmt::format("failure.failure_class: unknown '{}'", report.failure->failure_class)),
        {"INVALID_REPORT", {{"field", "failure.failure_class"}}});
  }
  const bool by_user = *failure_class == contract::FailureClass::kUser;
  // Sent twice, or by a worker that was taken for lost: another check counts.
  if (!by_user && report.worker != sweep->check.worker) return Done{};
  if (*failure_class != contract::FailureClass::kStopped) ++sweep->check.failures;
  if (by_user || sweep->check.failures >= kMaxCheckFailures) {
    Reject(*sweep, *report.failure);
    return Done{};
  }
  sweep->check.worker.clear();
  sweep->check.not_before = now + kCheckBackoff * sweep->check.failures;
  return Done{};
}

void SweepIntake::Reject(SweepEntry& sweep, const store::Failure& failure) {
  sweep.row.error = failure.message;
  transitions_.Move(sweep, SweepState::kRejected);
  for (const int64_t trial_id : sweep.trials) {
    TrialEntry& trial = *state_.sweeps.FindTrial(trial_id);
    trial.row.failure = failure;
    transitions_.Move(trial, TrialState::kFailed);
  }
}

}  // namespace sparsweep::coordinator
