// What must hold after every step of a schedule, whatever has happened. Each check reports to
// GoogleTest.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "dashboard_api/snapshot.h"
#include "tests/simulation/sim_user.h"
#include "tests/simulation/sim_worker.h"
#include "tests/support/memory_store.h"

namespace sparsweep::simulation {

class Invariants {
 public:
  void Check(const test::MemoryStore& store, const dashboard_api::Snapshot& snapshot,
             const std::vector<std::unique_ptr<SimWorker>>& workers,
             const std::vector<std::unique_ptr<SimUser>>& users);

  // When everything has healed and run out: nothing is stuck and every result is right.
  static void CheckEnd(const test::MemoryStore& store,
                       const std::vector<std::unique_ptr<SimUser>>& users);

 private:
  void CheckRows(const test::MemoryTables& tables);
  static void CheckPlacements(const test::MemoryTables& tables);
  static void CheckEvents(const test::MemoryTables& tables);
  static void CheckMetrics(const test::MemoryTables& tables);
  static void CheckWorkers(const test::MemoryTables& tables,
                           const std::vector<std::unique_ptr<SimWorker>>& workers);
  static void CheckUsers(const test::MemoryTables& tables,
                         const std::vector<std::unique_ptr<SimUser>>& users);
  static void CheckSnapshot(const test::MemoryStore& store,
                            const dashboard_api::Snapshot& snapshot);

  std::map<int64_t, store::Trial> before_;  // as of the last check
};

}  // namespace sparsweep::simulation
