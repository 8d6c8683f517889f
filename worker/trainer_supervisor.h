// One attempt, from its lease to the moment the coordinator knows how it ended.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "worker/attempt_id.h"
#include "worker/coordinator_client.h"
#include "worker/event_reporter.h"
#include "worker/exit_classifier.h"
#include "worker/mask_uploader.h"
#include "worker/trainer_process.h"
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
  };

  // `ended` is called once; it must not destroy this object before it returns to the loop.
  TrainerSupervisor(Deps deps, const v1::DesiredLease& lease, std::function<void()> ended);
  ~TrainerSupervisor();

  // Starts the trainer from the newest checkpoint of the earlier attempts. What goes wrong becomes
  // the attempt's outcome.
  void Start();
  // Asks the trainer to checkpoint and stop; its outcome is reported as `stopped`.
  void Stop();
  // The lease ran out here: kills the trainer. The outcome is still offered, because the
  // coordinator may have restarted and extended the lease.
  void LeaseLost();
  // The coordinator does not want this attempt any more: kills the trainer, reports nothing.
  void Abandon();

  [[nodiscard]] const AttemptId& id() const { return id_; }
  [[nodiscard]] const std::vector<std::string>& slots() const { return slots_; }
  [[nodiscard]] bool running() const { return process_ != nullptr; }

 private:
  enum class State { kRunning, kUploading, kReporting, kEnded };

  void NewReporter();
  // `prepared`: whether the attempt's folder could be made.
  void Launch(absl::Status prepared);
  void OnEvent(const contract::TrainerEvent& event);
  void OnBadEvents(const absl::Status& status);
  void OnExit(ExitStatus status);
  // The checkpoint it was to resume from is damaged or another run's: puts that aside and starts
  // the same attempt from the one before, so that it ends. False when it is too late for that.
  bool RestartBeforeDamage(const contract::TrainerError& error);
  void Collect(const std::optional<contract::TrainerError>& error, ExitStatus status);
  void Report(const std::optional<contract::TrainerError>& error, ExitStatus status);
  void End();

  Deps deps_;
  std::unique_ptr<v1::DesiredLease> lease_;
  AttemptId id_;
  std::vector<std::string> slots_;
  std::function<void()> ended_;
  std::string directory_;
  std::unique_ptr<EventReporter> reporter_;
  std::unique_ptr<TrainerProcess> process_;
  std::unique_ptr<MaskUploader> mask_uploader_;
  State state_ = State::kRunning;
  std::optional<base::TimerId> kill_timer_;
  std::optional<contract::MaskWritten> mask_;  // of the last `mask` event
  uint64_t events_read_ = 0;
  uint64_t oom_kills_before_ = 0;
  StopRequest asked_ = StopRequest::kNone;
  bool finished_ = false;
  bool succeeded_ = false;  // the outcome that is being reported
  bool abandoned_ = false;
};

}  // namespace sparsweep::worker
