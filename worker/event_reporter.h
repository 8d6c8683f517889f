// Brings an attempt's events to the coordinator, in order and none lost: events.jsonl is the spool,
// one request is in flight at a time, and an event is let go only when it is acknowledged.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/executor.h"
#include "worker/acknowledged_file.h"
#include "worker/attempt_id.h"
#include "worker/backoff.h"
#include "worker/coordinator_client.h"
#include "worker/event_tail.h"
#include "worker/lifetime.h"

namespace sparsweep::v1 {
class AttemptOutcome;
}

namespace sparsweep::worker {

// Who reports: ReportEventsRequest.worker and .instance.
struct WorkerIdentity {
  std::string name;
  std::string instance;  // random per start
};

// Loop thread. Owned by the attempt's supervisor; `loop` and `client` outlive it.
class EventReporter {
 public:
  struct Callbacks {
    std::function<void(const contract::TrainerEvent&)> read;  // each event once, in order
    // A line that is no event, or one that the coordinator calls invalid. Reading has ended; only
    // an outcome can still be sent.
    std::function<void(const absl::Status&)> bad_events;
    std::function<void()> stale;     // at most once, instead of `reported`; nothing more is sent
    std::function<void()> reported;  // the outcome is on the coordinator's disk
  };

  EventReporter(base::Executor& loop, CoordinatorClient& client, WorkerIdentity worker,
                AttemptId id, const std::string& directory, Callbacks callbacks);
  ~EventReporter();

  // Looks for new events every 100 ms from now on.
  void Start();
  // Reads what is there now, to the end of the file: everything, once the trainer has ended. Ends
  // the looking. Calls `read` and, possibly, `bad_events`.
  void ReadToEnd();
  // After ReadToEnd: sends what has been read and then, with the last batch, the outcome.
  void Finish(const v1::AttemptOutcome& outcome);

 private:
  void Poll();
  bool ReadMore();  // false when there was nothing new
  void Send();
  void OnAnswer(const absl::Status& status, uint64_t acknowledged, bool with_outcome);
  void OnRefusal(const absl::Status& status);
  void SendLater();

  base::Executor& loop_;
  CoordinatorClient& client_;
  WorkerIdentity worker_;
  AttemptId id_;
  Callbacks callbacks_;
  std::string directory_;
  EventTail tail_;
  AcknowledgedFile acknowledged_file_;
  uint64_t acknowledged_sequence_;
  struct Line {
    uint64_t sequence;
    std::string json;
  };
  std::deque<Line> unacknowledged_;
  std::unique_ptr<v1::AttemptOutcome> outcome_;  // set by Finish
  Backoff backoff_;
  std::optional<base::TimerId> poll_timer_;
  bool in_flight_ = false;  // a request, or the pause before its repetition
  bool ended_reading_ = false;
  bool stopped_ = false;
  Lifetime lifetime_;
};

}  // namespace sparsweep::worker
