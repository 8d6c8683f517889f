// The worker as a whole: asks the coordinator what it should hold, and holds that.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/event_loop.h"
#include "worker/check_runner.h"
#include "worker/coordinator_client.h"
#include "worker/lease_keeper.h"
#include "worker/slot_inventory.h"
#include "worker/sync_loop.h"
#include "worker/trainer_supervisor.h"
#include "worker/trial_directory.h"

namespace sparsweep::v1 {
class DesiredLease;
class SyncRequest;
class SyncResponse;
}  // namespace sparsweep::v1

namespace sparsweep::worker {

// Loop thread. Owned by main; what `Deps` refers to outlives it. The destructor kills what runs.
class WorkerDaemon {
 public:
  struct Deps {
    base::EventLoop& loop;
    const base::Clock& clock;
    CoordinatorClient& client;
    TrialDirectory& directory;
    WorkerIdentity worker;
    std::vector<WorkerSlot> slots;
    std::string trainer;                  // path of sparsweep-trainer
    std::chrono::nanoseconds stop_grace;  // of a trainer that is asked to stop
    // Where its ranks meet those of other workers; none: gangs run on this worker alone, and meet
    // on the loopback.
    std::optional<std::string> rank_address;
    std::chrono::seconds hang_timeout;  // how long a rank may keep the others waiting
  };

  // `ended` is called once: OK when a drain is over, the coordinator's refusal when it takes no
  // Sync of this worker (INVALID_ARGUMENT; ABORTED/WORKER_REPLACED: another process has its name).
  WorkerDaemon(Deps deps, std::function<void(const absl::Status&)> ended);
  ~WorkerDaemon();

  void Start();
  // Takes no new leases, stops every trainer with a checkpoint, reports, says so, ends.
  void Drain();

 private:
  void Describe(v1::SyncRequest* request);
  void OnAnswer(const v1::SyncResponse& response, base::SteadyTime sent);
  void OnFailure(const absl::Status& status);
  void TakeLease(const v1::DesiredLease& lease, base::SteadyTime sent);
  [[nodiscard]] bool SlotsFree(const v1::DesiredLease& lease) const;
  void OnLeaseExpired(const AttemptId& id);
  void OnAttemptEnded(const AttemptId& id);
  void EndIfLeft();
  void End(const absl::Status& status);

  Deps deps_;
  std::function<void(const absl::Status&)> ended_;
  std::map<AttemptId, std::unique_ptr<TrainerSupervisor>> attempts_;
  std::map<std::string, std::unique_ptr<CheckRunner>> checks_;  // by sweep
  // The last attempt of each trial that ended here: an answer on its way may still name it.
  std::map<std::string, uint32_t> ended_attempts_;
  LeaseKeeper leases_;
  SyncLoop sync_;
  bool connected_ = false;
  bool draining_ = false;
  bool leaving_ = false;      // the last Sync said that we drain and hold nothing
  bool lease_waits_ = false;  // a lease came too late to be started: ask for it again at once
  Lifetime lifetime_;
};

}  // namespace sparsweep::worker
