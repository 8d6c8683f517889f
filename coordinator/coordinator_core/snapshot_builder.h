// The picture that readers see, kept up to date from what was committed and never from what is only
// in memory.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "coordinator/state/cluster_state.h"
#include "dashboard_api/snapshot.h"
#include "store/store.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread. A sweep is copied when it is published after a
// change; the others are shared with the picture before. Trials' spec_json and sweeps'
// canonical_json are left empty in the picture.
class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(dashboard_api::SnapshotBoard& board) : board_(board) {}

  // Starts over from what is on disk. Counters go on.
  void Load(const store::LoadedState& loaded);
  void Apply(const store::WriteBatch& committed);
  // Of a live attempt: shown, never stored.
  void SetPace(int64_t trial_id, const dashboard_api::TrialPace& pace);

  // Publishes at once when a state has changed, else (and for sweeps so large that copying them
  // costs) at most four times a second, and once a second at least. `force` publishes anyway.
  void Publish(const ClusterState& state, base::SteadyTime now, bool serving, bool force);

 private:
  struct Sweep {
    dashboard_api::SweepView view;
    std::shared_ptr<const dashboard_api::SweepView> published;  // null = changed since
  };
  struct Place {
    int64_t sweep_id = 0;
    size_t position = 0;
    int64_t last_score_step = -1;
  };
  // One overload a mutation.
  void Take(const store::InsertSweep& insert);
  void Take(const store::UpdateSweep& update);
  void Take(const store::InsertTrial& insert);
  void Take(const store::UpdateTrial& update);
  void Take(const store::InsertAttempt& insert);
  void Take(const store::UpdateAttempt& update);
  void Take(const store::AppendEvent& append);
  void Take(const store::AppendMetrics& append);
  void Take(const store::SupersedeMetrics& supersede);
  void Take(const store::RememberRequest&) {}

  void AddTrial(const store::Trial& row);
  // The trial's view, about to change.
  dashboard_api::TrialView& Change(int64_t trial_id);
  [[nodiscard]] std::vector<dashboard_api::WorkerView> Workers(const ClusterState& state,
                                                               base::SteadyTime now) const;

  dashboard_api::SnapshotBoard& board_;
  std::map<int64_t, Sweep> sweeps_;
  std::unordered_map<int64_t, Place> places_;
  dashboard_api::Counters counters_;
  uint64_t last_event_sequence_ = 0;
  bool urgent_ = true;  // a state has changed
  bool changed_ = false;
  base::SteadyTime last_publish_;
};

}  // namespace sparsweep::coordinator
