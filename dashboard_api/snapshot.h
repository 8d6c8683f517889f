// What readers see: an immutable picture of the coordinator, published by its loop after the commit
// that it shows.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/records.h"

namespace sparsweep::dashboard_api {

// What a live attempt does now.
struct TrialPace {
  double examples_per_second = 0;
  double eta_seconds = 0;
  std::string stage;       // besides training steps: teacher, evaluate; or empty
  double stage_share = 0;  // of the stage that is done
};

struct TrialView {
  store::Trial row;
  std::string worker;              // of the live attempt
  std::vector<std::string> slots;  // likewise: WORKER/SLOT by rank
  std::string directory;           // of the accepted or live attempt
  std::optional<double> score;     // final, or the last reported value of the sweep's metric
  TrialPace pace;                  // of the live attempt
};

struct SweepView {
  store::Sweep row;
  uint32_t threads = 1;           // of each rank, as the file asks
  uint32_t ranks = 1;             // of each trial, likewise
  std::vector<TrialView> trials;  // by position
};

struct WorkerView {
  std::string name;
  std::string state;  // active | draining | lost
  std::string version;
  int64_t slots = 0;
  int64_t leased_slots = 0;
};

// Monotonic since the process started unless said otherwise.
struct Counters {
  std::map<std::pair<std::string, std::string>, uint64_t> trial_transitions;  // (from, to)
  uint64_t lease_expirations = 0;
  uint64_t stale_reports_rejected = 0;
  uint64_t metric_points_ingested = 0;
  uint64_t invariant_violations = 0;
};

struct Snapshot {
  bool loaded = true;  // false before the first one: what there is is not known yet
  uint64_t last_event_sequence = 0;
  bool serving = false;  // writes are accepted
  std::vector<std::shared_ptr<const SweepView>>
      sweeps;  // newest first; shared with the previous snapshot when unchanged
  std::vector<WorkerView> workers;
  Counters counters;

  [[nodiscard]] const SweepView* FindSweep(const std::string& name) const;
  // Trial and its sweep, or nulls.
  [[nodiscard]] std::pair<const SweepView*, const TrialView*> FindTrial(int64_t trial_id) const;
};

// Where the loop leaves the newest snapshot and readers on any thread pick it up. Owned by
// coordinator's main.
class SnapshotBoard {
 public:
  SnapshotBoard();
  void Publish(std::shared_ptr<const Snapshot> snapshot);
  // Never null; until the first Publish an empty one that is not `loaded`.
  [[nodiscard]] std::shared_ptr<const Snapshot> Current() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> current_;
};

}  // namespace sparsweep::dashboard_api
