// The coordinator without its sockets: requests in, answers out, all state behind one thread.
//
// Every request changes memory, lets the scheduler plan and queues one batch for the store; its
// answer is released when that batch is on disk. After a failed commit memory is thrown away and
// loaded again; writes are refused with RESOURCE_EXHAUSTED until a probe of the disk succeeds,
// while Sync goes on renewing leases.
//
//   closed ──Open──► serving ──commit failed──► draining ──drained, loaded──► probing
//                       ▲                                                       │
//                       └────────────────────probe committed────────────────────┘
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "base/clock.h"
#include "coordinator/coordinator_core/requests.h"
#include "dashboard_api/snapshot.h"
#include "store/store.h"

namespace sparsweep::coordinator {

struct CoreOptions {
  std::chrono::nanoseconds lease_duration{std::chrono::seconds(60)};
};

// Owned by main; what it borrows outlives it. Every member on the loop's thread, which also runs
// the store's callbacks. Replies are never called after the destructor.
class CoordinatorCore {
 public:
  CoordinatorCore(const CoreOptions& options, const base::Clock& clock, store::Store& store,
                  dashboard_api::SnapshotBoard& board);
  ~CoordinatorCore();
  CoordinatorCore(const CoordinatorCore&) = delete;
  CoordinatorCore& operator=(const CoordinatorCore&) = delete;

  // Loads the store and begins to serve: every live lease counts one full duration from now.
  // `serving_changed` is told each time writes are refused or taken again.
  [[nodiscard]] absl::Status Open(std::function<void(bool)> serving_changed);

  // To be called every kTickInterval or so: expired leases, parked calls, snapshots, probes.
  static constexpr std::chrono::milliseconds kTickInterval{50};
  void Tick();

  // Answers every parked call and all later ones with UNAVAILABLE.
  void Shutdown();

  void SubmitSweep(const SubmitRequest& request, Reply<SweepAnswer> reply);
  void CancelSweep(const CancelRequest& request, Reply<SweepAnswer> reply);
  // Parked until the worker should hold something else than it says, at most request.wait, 30 s and
  // a third of a lease.
  void Sync(SyncRequest request, Reply<SyncAnswer> reply);
  void ReportEvents(const EventReport& report, Reply<EventAck> reply);
  void ReportCheck(const CheckReport& report, Reply<Done> reply);
  // FAILED_PRECONDITION/STALE_ATTEMPT unless the attempt is live.
  void CheckFence(const AttemptKey& attempt, Reply<Done> reply);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sparsweep::coordinator
