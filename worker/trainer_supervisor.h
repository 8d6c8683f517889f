// One attempt, from its lease to the moment the coordinator knows how it ended. Of an attempt whose
// ranks run on several workers, the part that runs here: the worker of rank 0 reports the events,
// the masks and the outcome, the others only a failure that they saw themselves.
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
#include "worker/rank_group.h"
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

  [[nodiscard]] const AttemptId& id() const { return id_; }
  [[nodiscard]] const std::vector<std::string>& slots() const { return slots_; }
  [[nodiscard]] bool running() const { return ranks_ != nullptr; }
  // Where its ranks meet, once rank 0 of several was started here; else empty.
  [[nodiscard]] const std::string& rendezvous() const { return rendezvous_; }

 private:
  enum class State { kRunning, kWaiting, kUploading, kReporting, kEnded };

  void NewReporter();
  // `prepared`: whether the attempt's folder could be made.
  void Launch(absl::Status prepared);
  [[nodiscard]] absl::Status StartRanks();
  // Writes the rank's spec.json.
  [[nodiscard]] absl::StatusOr<RankOptions> PrepareRank(size_t index);
  void RememberRanks();
  [[nodiscard]] bool leads() const { return first_rank_ == 0; }
  void OnEvent(const contract::TrainerEvent& event);
  void OnBadEvents(const absl::Status& status);
  void OnExit(RankEnd end);
  // The ranks here are through, those of rank 0's worker may not be: it reports.
  void AwaitRankZero(const std::optional<contract::TrainerError>& error, ExitStatus status);
  // The checkpoint it was to resume from is damaged or another run's: puts that aside and starts
  // the same attempt from the one before, so that it ends. False when it is too late for that.
  bool RestartBeforeDamage(const contract::TrainerError& error);
  void Collect(const std::optional<contract::TrainerError>& error, ExitStatus status);
  void Report(const std::optional<contract::TrainerError>& error, ExitStatus status);
  void End();

  Deps deps_;
  std::unique_ptr<v1::DesiredLease> lease_;
  AttemptId id_;
  std::vector<std::string> slots_;  // one a rank
  uint32_t first_rank_;             // of those here
  std::string rendezvous_;
  std::function<void()> ended_;
  std::string directory_;
  std::unique_ptr<EventReporter> reporter_;
  std::unique_ptr<RankGroup> ranks_;
  std::unique_ptr<MaskUploader> mask_uploader_;
  State state_ = State::kRunning;
  std::optional<base::TimerId> grace_timer_;
  std::optional<contract::MaskWritten> mask_;  // of the last `mask` event
  uint64_t events_read_ = 0;
  uint64_t oom_kills_before_ = 0;
  StopRequest asked_ = StopRequest::kNone;
  bool finished_ = false;
  bool succeeded_ = false;  // the outcome that is being reported
  bool abandoned_ = false;
};

}  // namespace sparsweep::worker
