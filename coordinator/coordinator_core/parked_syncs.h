// Long polls waiting for something to tell their worker: at most one a worker, the newest.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/coordinator_core/requests.h"
#include "coordinator/coordinator_core/worker_sync.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread.
class ParkedSyncs {
 public:
  explicit ParkedSyncs(WorkerSync& sync) : sync_(sync) {}

  // Takes the place of an older one of the same worker, which is answered ABORTED.
  void Park(SyncRequest request, Reply<SyncAnswer> reply, base::SteadyTime now,
            base::SteadyTime due);

  // Answers those that are due or whose worker should hold something else than it said. One that
  // repeats what was answered a moment ago waits kRepeatDelay, so that a worker that needs time to
  // let go does not ask in a circle. `release` passes an answer on once it may be seen.
  void AnswerChanged(
      base::SteadyTime now,
      const std::function<void(Reply<SyncAnswer>, absl::StatusOr<SyncAnswer>)>& release);
  // Answers all of them with `status`.
  void FailAll(const absl::Status& status);

 private:
  static constexpr std::chrono::milliseconds kRepeatDelay{200};
  static constexpr size_t kMaxRemembered = 10'000;

  struct Views {
    std::vector<AttemptKey> held;
    std::vector<std::string> checking;
    std::vector<AttemptKey> wanted;
    std::vector<std::string> wanted_checks;
    bool operator==(const Views&) const = default;
  };
  struct Parked {
    SyncRequest request;
    Reply<SyncAnswer> reply;
    base::SteadyTime arrival;
    base::SteadyTime due;
  };
  std::map<std::string, Parked> parked_;
  std::map<std::string, Views> answered_;  // last, by worker
  WorkerSync& sync_;
};

}  // namespace sparsweep::coordinator
