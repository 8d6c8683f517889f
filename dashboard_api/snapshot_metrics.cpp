#include "dashboard_api/snapshot_metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "dashboard_api/metric_family.h"
#include "dashboard_api/metrics_page.h"

namespace sparsweep::dashboard_api {
namespace {

using prometheus::MetricFamily;
using store::TrialState;

constexpr std::array kTrialStates = {TrialState::kPending, TrialState::kLeased,
                                     TrialState::kRunning, TrialState::kSucceeded,
                                     TrialState::kFailed,  TrialState::kCanceled};

// By the name of the state.
MetricFamily ByState(std::string name, std::string help,
                     const std::map<std::string, double>& values) {
  auto family = GaugeFamily(std::move(name), std::move(help));
  for (const auto& [state, value] : values) AddSeries(family, {{"state", state}}, value);
  return family;
}

std::map<std::string, double> TrialsByState(const Snapshot& snapshot) {
  std::map<std::string, double> trials;
  for (TrialState state : kTrialStates) trials[std::string(store::Name(state))] = 0;
  for (const auto& sweep : snapshot.sweeps) {
    for (const TrialView& trial : sweep->trials) ++trials[std::string(Name(trial.row.state))];
  }
  return trials;
}

MetricFamily Transitions(const Counters& counters) {
  auto transitions = counters.trial_transitions;
  for (TrialState from : kTrialStates) {
    for (TrialState to : kTrialStates) {
      if (CanMove(from, to)) transitions[{std::string(Name(from)), std::string(Name(to))}] += 0;
    }
  }
  auto family = CounterFamily("sparsweep_trial_transitions_total",
                              "Transitions of trials since the coordinator started.");
  for (const auto& [move, count] : transitions) {
    AddSeries(family, {{"from", move.first}, {"to", move.second}}, static_cast<double>(count));
  }
  return family;
}

void AppendWorkers(const Snapshot& snapshot, std::vector<MetricFamily>& families) {
  std::map<std::string, double> workers = {{"active", 0}, {"draining", 0}, {"lost", 0}};
  std::map<std::string, double> slots = {{"free", 0}, {"leased", 0}, {"unavailable", 0}};
  for (const WorkerView& worker : snapshot.workers) {
    ++workers[worker.state];
    slots["leased"] += static_cast<double>(worker.leased_slots);
    slots[worker.state == "active" ? "free" : "unavailable"] +=
        static_cast<double>(std::max<int64_t>(0, worker.slots - worker.leased_slots));
  }
  families.push_back(ByState("sparsweep_workers", "Workers by state.", workers));
  families.push_back(ByState("sparsweep_worker_slots",
                             "Slots of workers; unavailable ones are free on a worker that is "
                             "draining or lost.",
                             slots));
}

struct SweepResult {
  double best_score;
  std::optional<double> remaining_weights;  // smallest
};

std::optional<SweepResult> ResultOf(const SweepView& sweep) {
  std::optional<SweepResult> result;
  for (const TrialView& trial : sweep.trials) {
    if (trial.row.state != TrialState::kSucceeded || !trial.row.score) continue;
    const double score = *trial.row.score;
    if (!result) result = SweepResult{score, std::nullopt};
    result->best_score = sweep.row.maximize ? std::max(result->best_score, score)
                                            : std::min(result->best_score, score);
    if (const auto remaining = trial.row.remaining_weights) {
      result->remaining_weights = std::min(result->remaining_weights.value_or(1), *remaining);
    }
  }
  return result;
}

void AppendSweeps(const Snapshot& snapshot, std::vector<MetricFamily>& families) {
  auto scores = GaugeFamily("sparsweep_sweep_best_score_ratio",
                            "Best final score among the trials of an active sweep.");
  auto weights = GaugeFamily("sparsweep_sweep_remaining_weights_ratio",
                             "Smallest share of remaining weights among the finished trials of an "
                             "active sweep.");
  size_t active = 0;
  for (const auto& sweep : snapshot.sweeps) {
    if (IsTerminal(sweep->row.state) || ++active > kMaxSweepSeries) continue;
    const auto result = ResultOf(*sweep);
    if (!result) continue;
    AddSeries(scores, {{"sweep", sweep->row.name}}, result->best_score);
    if (result->remaining_weights) {
      AddSeries(weights, {{"sweep", sweep->row.name}}, *result->remaining_weights);
    }
  }
  families.push_back(std::move(scores));
  families.push_back(std::move(weights));
  families.push_back(
      Gauge("sparsweep_sweep_series_omitted",
            "Active sweeps without series of their own, beyond the newest 50.",
            static_cast<double>(active > kMaxSweepSeries ? active - kMaxSweepSeries : 0)));
}

}  // namespace

std::vector<MetricFamily> SnapshotMetrics(const Snapshot& snapshot) {
  const Counters& counters = snapshot.counters;
  const auto trials = TrialsByState(snapshot);
  std::vector<MetricFamily> families;
  families.push_back(Gauge("sparsweep_serving", "Whether the coordinator accepts writes.",
                           snapshot.serving ? 1 : 0));
  families.push_back(ByState("sparsweep_trials", "Trials of all sweeps by state.", trials));
  families.push_back(Transitions(counters));
  families.push_back(Gauge("sparsweep_leases", "Leases that workers hold.",
                           trials.at("leased") + trials.at("running")));
  families.push_back(Counter("sparsweep_lease_expirations_total",
                             "Leases that ended because their worker did not renew them.",
                             static_cast<double>(counters.lease_expirations)));
  families.push_back(Counter("sparsweep_stale_reports_rejected_total",
                             "Reports refused because a later attempt had been granted.",
                             static_cast<double>(counters.stale_reports_rejected)));
  families.push_back(Counter("sparsweep_metric_points_ingested_total", "Points of metrics stored.",
                             static_cast<double>(counters.metric_points_ingested)));
  families.push_back(Counter("sparsweep_invariant_violations_total",
                             "Checks of the coordinator's own state that failed: a bug.",
                             static_cast<double>(counters.invariant_violations)));
  AppendWorkers(snapshot, families);
  AppendSweeps(snapshot, families);
  return families;
}

}  // namespace sparsweep::dashboard_api
