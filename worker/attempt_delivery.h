// What the coordinator gets of an attempt: its events as they come; at its end the masks, and then
// the outcome.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/executor.h"
#include "contract/trainer_error.h"
#include "contract/trainer_event.h"
#include "worker/attempt_id.h"
#include "worker/coordinator_client.h"
#include "worker/event_reporter.h"
#include "worker/mask_uploader.h"
#include "worker/subprocess.h"

namespace sparsweep::worker {

// Loop thread. Owned by the attempt's supervisor; `loop` and `client` outlive it.
class AttemptDelivery {
 public:
  struct Callbacks {
    std::function<void(const absl::Status&)> bad_events;  // as of EventReporter
    // The coordinator takes nothing of this attempt any more: instead of `reported`.
    std::function<void()> stale;
    std::function<void(bool succeeded)> reported;  // the outcome is on the coordinator's disk
  };

  // Reads which events of `directory`, the attempt's folder, are acknowledged.
  AttemptDelivery(base::Executor& loop, CoordinatorClient& client, WorkerIdentity worker,
                  AttemptId id, std::string directory, Callbacks callbacks);

  // Sends events as they are written, from now on.
  void Start() { reporter_.Start(); }
  // The trainer has ended: reads its last events.
  void ReadToEnd() { reporter_.ReadToEnd(); }
  // Sends the outcome, and before a success the masks; masks that cannot be stored make it a
  // failure.
  void Deliver(const std::optional<contract::TrainerError>& error, ExitStatus status);
  // Sends the outcome at once.
  void Report(const std::optional<contract::TrainerError>& error, ExitStatus status);

  [[nodiscard]] uint64_t events_read() const { return events_read_; }
  [[nodiscard]] bool finished() const { return finished_; }  // a `finished` event was read
  // A success has been sent, or is being sent, and was not refused.
  [[nodiscard]] bool success_reported() const { return success_reported_; }

 private:
  void OnEvent(const contract::TrainerEvent& event);
  void OnStale();

  base::Executor& loop_;
  CoordinatorClient& client_;
  AttemptId id_;
  std::string directory_;
  Callbacks callbacks_;
  EventReporter reporter_;
  std::unique_ptr<MaskUploader> mask_uploader_;
  std::optional<contract::MaskWritten> mask_;  // of the last `mask` event
  uint64_t events_read_ = 0;
  bool finished_ = false;
  bool success_reported_ = false;
};

}  // namespace sparsweep::worker
