// What attempts report: events in order, and how they ended.
#pragma once

#include <map>
#include <optional>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "coordinator/coordinator_core/requests.h"
#include "coordinator/scheduler/attempt_ender.h"
#include "coordinator/scheduler/lease_manager.h"
#include "coordinator/state/transitions.h"
#include "dashboard_api/snapshot.h"

namespace sparsweep::coordinator {

struct Taken {
  EventAck ack;
  std::optional<dashboard_api::TrialPace> pace;
};

// Owned by CoordinatorCore; its loop's thread.
class EventIntake {
 public:
  EventIntake(ClusterState& state, Transitions& transitions, AttemptEnder& ender,
              LeaseManager& leases)
      : state_(state), transitions_(transitions), ender_(ender), leases_(leases) {}

  // After a start: where the scored metrics stand.
  void Load(const store::LoadedState& loaded);

  // Events at or below the acknowledged sequence are ignored, so a report may come twice. A report
  // that is refused changes nothing: FAILED_PRECONDITION STALE_ATTEMPT for an attempt that is not
  // live (but OK when it was accepted: the same report again) or is another worker's, EVENT_GAP
  // when one is missing; NOT_FOUND; INVALID_ARGUMENT for an unknown class of failure, and for more
  // than a failure from a worker without the attempt's rank 0.
  [[nodiscard]] absl::StatusOr<Taken> Report(const EventReport& report, base::SteadyTime now);

 private:
  // The trial whose live attempt this is; nullptr when the attempt was accepted.
  [[nodiscard]] absl::StatusOr<TrialEntry*> Fence(const EventReport& report);
  void TakeEvent(TrialEntry& trial, const contract::TrainerEvent& event, Taken& taken);
  void TakeStart(TrialEntry& trial, int64_t step);
  void TakeFinish(TrialEntry& trial, int64_t step, double score);
  void AddPoint(TrialEntry& trial, const std::string& metric, store::MetricPoint point);
  void StoreChunks(TrialEntry& trial);
  void TakeOutcome(TrialEntry& trial, const std::string& worker, const AttemptOutcome& outcome,
                   base::SteadyTime now);

  ClusterState& state_;
  Transitions& transitions_;
  AttemptEnder& ender_;
  LeaseManager& leases_;
  std::map<std::string, std::vector<store::MetricPoint>> chunks_;  // of the report being taken
  std::map<int64_t, store::MetricPoint> scores_;  // by trial: last value of the sweep's metric
};

}  // namespace sparsweep::coordinator
