// One schedule: a coordinator, workers and users, and what befalls them, all from one seed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/invariants.h"

namespace sparsweep::simulation {

class SimCluster {
 public:
  explicit SimCluster(uint64_t seed);

  // Faults and invariants for `steps` steps, then peace until everything has ended.
  void Run(int steps);

  // Every row and event, to compare two runs.
  [[nodiscard]] std::string Digest() const;

 private:
  void Step(bool faults);
  void Befall();
  void StartCoordinator();
  void KillCoordinator();
  [[nodiscard]] bool AllEnded() const;

  SimRandom random_;
  test::TestExecutor time_;
  test::MemoryStore store_;
  dashboard_api::SnapshotBoard board_;
  SimNetwork network_;
  std::unique_ptr<coordinator::CoordinatorCore> core_;
  base::SteadyTime restart_at_;  // while there is no coordinator
  bool disk_paused_ = false;
  std::vector<std::unique_ptr<SimWorker>> workers_;
  std::vector<std::unique_ptr<SimUser>> users_;
  uint64_t most_ranks_ = 0;  // that fit when all workers are there
  Invariants invariants_;
};

}  // namespace sparsweep::simulation
