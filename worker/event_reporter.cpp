#include "worker/event_reporter.h"

#include <utility>

#include "base/logging.h"
#include "base/utf8.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/report_errors.h"

namespace sparsweep::worker {
namespace {

constexpr std::chrono::milliseconds kPollInterval(100);

}  // namespace

EventReporter::EventReporter(base::Executor& loop, CoordinatorClient& client, WorkerIdentity worker,
                             AttemptId id, const std::string& directory, Callbacks callbacks)
    : loop_(loop),
      client_(client),
      worker_(std::move(worker)),
      id_(std::move(id)),
      callbacks_(std::move(callbacks)),
      directory_(directory),
      tail_(directory + "/events.jsonl"),
      acknowledged_file_(directory + "/acknowledged"),
      acknowledged_sequence_(acknowledged_file_.Read()) {}

EventReporter::~EventReporter() {
  if (poll_timer_.has_value()) loop_.Cancel(*poll_timer_);
}

void EventReporter::Start() {
  ended_reading_ = false;
  Poll();
}

void EventReporter::Poll() {
  poll_timer_.reset();
  // What is not acknowledged yet waits in the file, not in memory.
  if (unacknowledged_.size() < EventTail::kMaxEvents) ReadMore();
  if (ended_reading_ || stopped_) return;
  Send();
  poll_timer_ = loop_.After(kPollInterval, [this] { Poll(); });
}

void EventReporter::ReadToEnd() {
  if (poll_timer_.has_value()) loop_.Cancel(*poll_timer_);
  poll_timer_.reset();
  while (!ended_reading_ && ReadMore()) {
  }
  ended_reading_ = true;
  Send();
}

bool EventReporter::ReadMore() {
  absl::StatusOr<std::vector<TailedEvent>> events = tail_.Next();
  if (!events.ok()) {
    ended_reading_ = true;
    callbacks_.bad_events(events.status());
    return false;
  }
  for (TailedEvent& tailed : *events) {
    const uint64_t sequence = tailed.event.sequence;
    if (sequence > acknowledged_sequence_) {
      unacknowledged_.push_back({sequence, std::move(tailed.line)});
    }
    callbacks_.read(tailed.event);
  }
  return !events->empty();
}

void EventReporter::Finish(const v1::AttemptOutcome& outcome) {
  outcome_ = std::make_unique<v1::AttemptOutcome>(outcome);
  Send();
}

void EventReporter::Send() {
  if (in_flight_ || stopped_) return;
  if (unacknowledged_.empty() && outcome_ == nullptr) return;
  v1::ReportEventsRequest request;
  request.set_worker(worker_.name);
  request.set_instance(worker_.instance);
  request.set_trial(id_.trial);
  request.set_attempt_number(id_.attempt_number);
  request.set_directory(base::ValidUtf8(directory_));
  size_t bytes = 0;
  size_t count = 0;
  for (const Line& line : unacknowledged_) {
    bytes += line.json.size();
    if (count == EventTail::kMaxEvents || (count > 0 && bytes > EventTail::kMaxBytes)) break;
    v1::TrainerEvent& event = *request.add_events();
    event.set_sequence(line.sequence);
    event.set_json(line.json);
    ++count;
  }
  const bool with_outcome = outcome_ != nullptr && count == unacknowledged_.size();
  if (with_outcome) *request.mutable_outcome() = *outcome_;
  in_flight_ = true;
  client_.ReportEvents(
      request, lifetime_.Guard([this, with_outcome](const absl::Status& status,
                                                    const v1::ReportEventsResponse& response) {
        OnAnswer(status, response.acknowledged_sequence(), with_outcome);
      }));
}

void EventReporter::OnAnswer(const absl::Status& status, uint64_t acknowledged, bool with_outcome) {
  if (!status.ok()) {
    OnRefusal(status);
    return;
  }
  const bool progress = with_outcome || acknowledged > acknowledged_sequence_;
  if (acknowledged > acknowledged_sequence_) {
    acknowledged_sequence_ = acknowledged;
    acknowledged_file_.Write(acknowledged);
  }
  while (!unacknowledged_.empty() && unacknowledged_.front().sequence <= acknowledged) {
    unacknowledged_.pop_front();
  }
  if (with_outcome && unacknowledged_.empty()) {
    stopped_ = true;
    callbacks_.reported();
    return;
  }
  if (!progress) {
    SendLater();
    return;
  }
  backoff_.Reset();
  in_flight_ = false;
  Send();
}

void EventReporter::SendLater() {
  loop_.After(backoff_.Next(), lifetime_.Guard([this] {
    in_flight_ = false;
    Send();
  }));
}

void EventReporter::OnRefusal(const absl::Status& status) {
  const Refusal refusal = ClassifyRefusal(status);
  if (refusal == Refusal::kRetry) {
    SendLater();
    return;
  }
  base::LogWarning("report refused", {{"trial", id_.trial},
                                      {"attempt", std::to_string(id_.attempt_number)},
                                      {"status", status.ToString()}});
  in_flight_ = false;
  if (refusal == Refusal::kInvalid && !unacknowledged_.empty()) {
    // The outcome alone can still be told.
    unacknowledged_.clear();
    ended_reading_ = true;
    callbacks_.bad_events(status);
    return;
  }
  stopped_ = true;
  callbacks_.stale();
}

}  // namespace sparsweep::worker
