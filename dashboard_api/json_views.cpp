#include "dashboard_api/json_views.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/time/time.h"
#include "base/status.h"
#include "contract/trial_spec.h"
#include "dashboard_api/trial_counts.h"

namespace sparsweep::dashboard_api {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <typename Value>
void SetIfPresent(Json& json, const char* key, const std::optional<Value>& value) {
  if (value) json[key] = *value;
}

// RFC 3339 in UTC, absent for 0.
void SetTime(Json& json, const char* key, int64_t micros) {
  if (micros == 0) return;
  json[key] =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

std::string_view Goal(const SweepView& sweep) {
  return sweep.row.maximize ? "maximize" : "minimize";
}

Json SweepObject(const SweepView& sweep) {
  const TrialCounts counts = CountTrials(sweep);
  Json json = {{"name", sweep.row.name},
               {"state", store::Name(sweep.row.state)},
               {"canonical_hash", sweep.row.canonical_hash},
               {"metric", sweep.row.metric},
               {"goal", Goal(sweep)},
               {"counts",
                {{"pending", counts.pending},
                 {"active", counts.active},
                 {"succeeded", counts.succeeded},
                 {"failed", counts.failed},
                 {"canceled", counts.canceled}}}};
  if (!sweep.row.error.empty()) json["error"] = sweep.row.error;
  SetTime(json, "create_time", sweep.row.create_time);
  SetTime(json, "end_time", sweep.row.end_time);
  return json;
}

Json TrialObject(const TrialView& trial) {
  const store::Trial& row = trial.row;
  Json json = {{"name", contract::TrialName(row.id)},
               {"position", row.position},
               {"state", store::Name(row.state)},
               {"method", row.method},
               {"seed", row.seed},
               {"attempt_number", row.attempt_number},
               {"step", row.step},
               {"steps", row.steps}};
  SetIfPresent(json, "lambda", row.lambda);
  SetIfPresent(json, "density", row.density);
  if (!row.variant.empty()) json["variant"] = row.variant;
  SetIfPresent(json, "mask_density", row.mask_density);
  SetIfPresent(json, "remaining_weights", row.remaining_weights);
  SetIfPresent(json, "score", trial.score);
  json["examples_per_second"] = trial.pace.examples_per_second;
  json["eta_seconds"] = trial.pace.eta_seconds;
  if (!trial.pace.stage.empty()) {
    json["stage"] = trial.pace.stage;
    json["stage_share"] = trial.pace.stage_share;
  }
  if (!trial.worker.empty()) json["worker"] = trial.worker;
  if (trial.slots.size() > 1) json["ranks"] = trial.slots;
  if (!trial.directory.empty()) json["directory"] = trial.directory;
  if (row.failure) {
    json["failure"] = {{"failure_class", row.failure->failure_class},
                       {"reason", row.failure->reason},
                       {"field", row.failure->field},
                       {"value", row.failure->value},
                       {"message", row.failure->message}};
  }
  return json;
}

}  // namespace

std::string SweepsJson(const Snapshot& snapshot, const Page<const SweepView*>& page) {
  Json sweeps = Json::array();
  for (const SweepView* sweep : page.rows) sweeps.push_back(SweepObject(*sweep));
  return Text({{"serving", snapshot.serving},
               {"sweeps", std::move(sweeps)},
               {"next_page_token", page.next_page_token}});
}

std::string SweepJson(const SweepView& sweep) {
  Json json = SweepObject(sweep);
  json["yaml"] = sweep.row.yaml;
  return Text(json);
}

std::string TrialsJson(const SweepView& sweep, const Page<const TrialView*>& page) {
  Json trials = Json::array();
  for (const TrialView* trial : page.rows) trials.push_back(TrialObject(*trial));
  return Text({{"sweep", sweep.row.name},
               {"trials", std::move(trials)},
               {"next_page_token", page.next_page_token}});
}

std::string FrontJson(const SweepView& sweep, const Page<const TrialView*>& page) {
  Json points = Json::array();
  for (const TrialView* trial : page.rows) {
    Json point = {{"trial", contract::TrialName(trial->row.id)},
                  {"method", trial->row.method},
                  {"seed", trial->row.seed},
                  {"mask_density", trial->row.mask_density.value_or(1)},
                  {"remaining_weights", trial->row.remaining_weights.value_or(1)},
                  {"score", *trial->row.score}};
    SetIfPresent(point, "lambda", trial->row.lambda);
    if (!trial->row.variant.empty()) point["variant"] = trial->row.variant;
    points.push_back(std::move(point));
  }
  return Text({{"sweep", sweep.row.name},
               {"metric", sweep.row.metric},
               {"goal", Goal(sweep)},
               {"points", std::move(points)},
               {"next_page_token", page.next_page_token}});
}

std::string CurvesJson(const std::string& trial, const std::vector<std::string>& metrics) {
  return Text({{"trial", trial}, {"metrics", metrics}});
}

std::string CurvePointsJson(const std::string& trial, const std::string& metric,
                            const Page<store::MetricPoint>& page) {
  Json points = Json::array();
  for (const store::MetricPoint& point : page.rows) {
    points.push_back({{"step", point.step}, {"value", point.value}});
  }
  return Text({{"trial", trial},
               {"metric", metric},
               {"points", std::move(points)},
               {"next_page_token", page.next_page_token}});
}

std::string ErrorJson(const absl::Status& status) {
  Json error = {{"code", absl::StatusCodeToString(status.code())},
                {"message", std::string(status.message())}};
  const base::ErrorReason reason = base::ReasonOf(status);
  if (!reason.reason.empty()) error["reason"] = reason.reason;
  return Text({{"error", std::move(error)}});
}

}  // namespace sparsweep::dashboard_api
