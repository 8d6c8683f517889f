#include "coordinator/rpc/messages.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "coordinator/sweep/canonical_form.h"
#include "dashboard_api/trial_messages.h"
#include "sparsweep/v1/sweep.pb.h"
#include "sparsweep/v1/worker.pb.h"

namespace sparsweep::coordinator::rpc {
namespace {

using google::protobuf::util::TimeUtil;

absl::Status Invalid(const std::string& field, const std::string& value, const char* problem) {
  return base::WithReason(
      absl::InvalidArgumentError(absl::StrCat(field, ": '", value, "' ", problem)),
      {"INVALID_REQUEST", {{"field", field}, {"value", value}}});
}

store::Failure DecodeFailure(const v1::Failure& message) {
  return {message.failure_class(), message.reason(), message.field(), message.value(),
          message.message()};
}

}  // namespace

absl::Status CheckRequestId(const std::string& request_id) {
  const auto fits = [](char c) {
    return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  if (request_id.empty()) return absl::OkStatus();
  if (request_id.size() == 36 && std::all_of(request_id.begin(), request_id.end(), fits)) {
    return absl::OkStatus();
  }
  return Invalid("request_id", request_id, "is not a UUID");
}

absl::StatusOr<int64_t> TrialId(const std::string& name) {
  const auto id = contract::ParseTrialName(name);
  if (!id) return Invalid("trial", name, "is not a trial's name; give one like t-000004");
  return *id;
}

absl::StatusOr<SyncRequest> Decode(const v1::SyncRequest& message) {
  SyncRequest request;
  request.worker = message.worker();
  request.instance = message.instance();
  request.version = message.version();
  for (const v1::Slot& slot : message.slots()) {
    request.slots.push_back({slot.name(), slot.device(), slot.model(), slot.memory_bytes()});
  }
  for (const v1::HeldLease& held : message.held()) {
    const auto trial = TrialId(held.trial());
    if (!trial.ok()) return trial.status();
    const AttemptKey key{*trial, held.attempt_number()};
    request.held.push_back(key);
    if (!held.rendezvous().empty()) request.rendezvous[key] = held.rendezvous();
  }
  request.checking.assign(message.checking().begin(), message.checking().end());
  request.wait = std::chrono::nanoseconds(TimeUtil::DurationToNanoseconds(message.wait()));
  request.sequence = message.sequence();
  request.draining = message.draining();
  request.rank_address = message.rank_address();
  return request;
}

absl::StatusOr<EventReport> Decode(const v1::ReportEventsRequest& message) {
  const auto trial = TrialId(message.trial());
  if (!trial.ok()) return trial.status();
  EventReport report;
  report.worker = message.worker();
  report.attempt = {*trial, message.attempt_number()};
  report.directory = message.directory();
  for (const v1::TrainerEvent& line : message.events()) {
    auto event = contract::ParseTrainerEvent(line.json());
    if (!event.ok()) return event.status();
    if (event->sequence != line.sequence()) {
      return Invalid("events.sequence", std::to_string(line.sequence()),
                     "differs from the one in the line");
    }
    report.events.push_back(*std::move(event));
  }
  if (message.has_outcome()) {
    AttemptOutcome& outcome = report.outcome.emplace();
    outcome.exit_code = message.outcome().exit_code();
    if (!message.outcome().succeeded())
      outcome.failure = DecodeFailure(message.outcome().failure());
  }
  return report;
}

CheckReport Decode(const v1::ReportCheckRequest& message) {
  CheckReport report;
  report.worker = message.worker();
  report.sweep = message.sweep();
  report.input_hash = message.input_hash();
  if (message.has_failure()) report.failure = DecodeFailure(message.failure());
  return report;
}

void Encode(const SyncAnswer& answer, v1::SyncResponse* message) {
  // One schema: the contract's JSON is the message's JSON form.
  for (const DesiredLease& lease : answer.leases) {
    v1::DesiredLease* out = message->add_leases();
    (void)google::protobuf::util::JsonStringToMessage(contract::ToJson(lease.spec),
                                                      out->mutable_spec());
    for (const std::string& slot : lease.slots) out->add_slots(slot);
    *out->mutable_duration() = TimeUtil::NanosecondsToDuration(lease.duration.count());
    for (uint32_t n = lease.spec.attempt_number; n > 1; --n) out->add_earlier_attempts(n - 1);
  }
  for (const DesiredCheck& check : answer.checks) {
    v1::DesiredCheck* out = message->add_checks();
    out->set_sweep(check.sweep);
    (void)google::protobuf::util::JsonStringToMessage(contract::ToJson(check.spec),
                                                      out->mutable_spec());
  }
}

void Encode(const SweepAnswer& answer, v1::Sweep* message) {
  dashboard_api::SweepView view;
  view.row = answer.row;
  view.threads = sweep::ThreadsOf(answer.row.canonical_json);
  view.ranks = sweep::RanksOf(answer.row.canonical_json);
  dashboard_api::FillSweep(view, message);
  v1::TrialCounts* counts = message->mutable_counts();
  counts->set_pending(answer.counts.pending);
  counts->set_active(answer.counts.active);
  counts->set_succeeded(answer.counts.succeeded);
  counts->set_failed(answer.counts.failed);
  counts->set_canceled(answer.counts.canceled);
}

}  // namespace sparsweep::coordinator::rpc
