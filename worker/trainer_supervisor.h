// One attempt, from its lease to the moment the coordinator knows how it ended. Of an attempt whose
// ranks run on several workers, the part that runs here: the worker of rank 0 reports the events,
// the masks and the outcome, the others only a failure that they saw themselves.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "worker/attempt_delivery.h"
#include "worker/attempt_id.h"
#include "worker/coordinator_client.h"
#include "worker/exit_classifier.h"
#include "worker/rank_group.h"
#include "worker/rank_launcher.h"
#include "worker/trial_directory.h"

namespace sparsweep::v1 {
class DesiredLease;
}

namespace sparsweep::worker {

// Loop thread. Owned by the daemon; what `Deps` refers to outlives it. Its states are drawn in
// README.md. The destructor kills the trainer.
class TrainerSupervisor {
 public:
  struct Deps {
    base::EventLoop& loop;
    CoordinatorClient& client;
    TrialDirectory& directory;
    WorkerIdentity worker;
    std::string trainer;                  // path of sparsweep-trainer
    std::chrono::nanoseconds stop_grace;  // from SIGTERM to SIGKILL
    std::string rank_address;             // where ranks listen for each other
    // How long a rank may keep the others waiting.
    std::chrono::seconds hang_timeout;
  };

  // `ended` is called once; it must not destroy this object before it returns to the loop.
  TrainerSupervisor(Deps deps, const v1::DesiredLease& lease, std::function<void()> ended);
  ~TrainerSupervisor();

  // Starts a trainer for each rank from the newest checkpoint of the earlier attempts. What goes
  // wrong becomes the attempt's outcome.
  void Start();
  // Asks the trainer to checkpoint and stop; its outcome is reported as `stopped`.
  void Stop();
  // The lease ran out here: kills the trainer. The outcome is still offered, because the
  // coordinator may have restarted and extended the lease.
  void LeaseLost();
  // The coordinator does not want this attempt any more: kills the trainer, reports nothing.
  void Abandon();

  [[nodiscard]] const AttemptId& id() const { return launcher_.id(); }
  [[nodiscard]] const std::vector<std::string>& slots() const { return launcher_.slots(); }
  [[nodiscard]] bool running() const { return ranks_ != nullptr; }
  // Where its ranks meet, once rank 0 of several was started here; else empty.
  [[nodiscard]] const std::string& rendezvous() const { return launcher_.rendezvous(); }

 private:
  enum class State { kRunning, kWaiting, kDelivering, kEnded };

  void NewDelivery();
  // `prepared`: whether the attempt's folder could be made.
  void Launch(absl::Status prepared);
  void OnBadEvents(const absl::Status& status);
  void OnReported(bool succeeded);
  void OnExit(RankEnd end);
  // Why the attempt failed; nullopt: it did not. The ranks here have ended.
  [[nodiscard]] std::optional<contract::TrainerError> Classify(const RankEnd& end) const;
  // The ranks here are through, those of rank 0's worker may not be: it reports.
  void AwaitRankZero(const std::optional<contract::TrainerError>& error, ExitStatus status);
  // The checkpoint it was to resume from is damaged or another run's: puts that aside and starts
  // the same attempt from the one before, so that it ends. False when it is too late for that.
  bool RestartBeforeDamage(const contract::TrainerError& error);
  void Report(const std::optional<contract::TrainerError>& error, ExitStatus status);
  void After(std::chrono::nanoseconds delay, std::function<void()> work);
  void CancelTimer();
  void End();

  Deps deps_;
  std::function<void()> ended_;
  RankLauncher launcher_;
  std::unique_ptr<AttemptDelivery> delivery_;
  std::unique_ptr<RankGroup> ranks_;
  State state_ = State::kRunning;
  std::optional<base::TimerId> timer_;  // of whatever is waited for
  uint64_t oom_kills_before_ = 0;
  StopRequest asked_ = StopRequest::kNone;
  bool abandoned_ = false;
};

}  // namespace sparsweep::worker
