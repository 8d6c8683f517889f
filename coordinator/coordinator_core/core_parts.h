// What the requests of CoordinatorCore share, in the order it is built. Private to this folder.
#pragma once

#include <functional>
#include <utility>

#include "base/clock.h"
#include "coordinator/coordinator_core/commit_queue.h"
#include "coordinator/coordinator_core/coordinator_core.h"
#include "coordinator/coordinator_core/event_intake.h"
#include "coordinator/coordinator_core/parked_syncs.h"
#include "coordinator/coordinator_core/request_memory.h"
#include "coordinator/coordinator_core/snapshot_builder.h"
#include "coordinator/coordinator_core/sweep_intake.h"
#include "coordinator/coordinator_core/worker_sync.h"
#include "coordinator/scheduler/attempt_ender.h"
#include "coordinator/scheduler/lease_manager.h"
#include "coordinator/state/transitions.h"

namespace sparsweep::coordinator {

enum class Mode { kClosed, kServing, kDraining, kProbing, kShutdown };

struct CoordinatorCore::Parts {
  Parts(const CoreOptions& options, const base::Clock& clock, store::Store& store,
        dashboard_api::SnapshotBoard& board);

  // Writes: refuses with `reply` and returns true unless they are taken now.
  template <class Answer>
  [[nodiscard]] bool Refuses(const Reply<Answer>& reply) {
    const absl::Status status = WhyNoWrites();
    if (!status.ok()) reply(status);
    return !status.ok();
  }
  [[nodiscard]] absl::Status WhyNoWrites() const;

  // Plans (if `plan`), queues what has changed, and answers the parked calls it concerns.
  void Flush(bool plan);
  // Passes an answer on once all that was written so far is on disk.
  template <class Answer>
  void Release(Reply<Answer> reply, absl::StatusOr<Answer> answer) {
    commits.AfterDurable(
        [reply = std::move(reply), answer = std::move(answer)](const absl::Status& status) {
          reply(status.ok() ? answer : absl::StatusOr<Answer>(status));
        });
  }

  [[nodiscard]] absl::Status Load();
  void Committed(const store::WriteBatch& batch);
  void CommitFailed(const absl::Status& status);
  void Reload();
  void Probe();
  void SetMode(Mode next);

  const base::Clock& clock;
  store::Store& store;
  std::function<void(bool)> serving_changed;
  Mode mode = Mode::kClosed;
  std::string failure;                // why writes are refused
  base::SteadyTime next_try;          // of loading or probing
  std::chrono::nanoseconds retry{0};  // between two tries

  ClusterState state;
  Transitions transitions;
  AttemptEnder ender;
  LeaseManager leases;
  RequestMemory requests;
  SweepIntake sweeps;
  EventIntake events;
  WorkerSync sync;
  ParkedSyncs parked;
  SnapshotBuilder snapshots;
  CommitQueue commits;
};

}  // namespace sparsweep::coordinator
