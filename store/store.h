// The coordinator's memory on disk. Owned by coordinator's main; one process at a time (lock file +
// generation row).
//
// The coordinator's loop applies a transition to its state in memory, describes it as a WriteBatch
// and queues it with Commit. A writer thread gathers what is queued into one transaction; the next
// one starts when the last sync returned. Whatever is visible outside is released by the batch's
// `done`, which the store posts to the loop after the commit.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/executor.h"
#include "store/records.h"
#include "store/store_statistics.h"

namespace sparsweep::store {

struct InsertSweep {
  Sweep row;
};
struct InsertTrial {
  Trial row;
};
struct InsertAttempt {
  Attempt row;
};
// Guarded: the row in the database must be in `from`, else the batch fails with FAILED_PRECONDITION
// (a bug).
struct UpdateSweep {
  SweepState from;
  Sweep row;
};
// Guarded by state and attempt_number as they were before.
struct UpdateTrial {
  TrialState from;
  uint32_t from_attempt_number;
  Trial row;
};
struct UpdateAttempt {
  AttemptState from;
  Attempt row;
};
struct AppendEvent {
  Event event;
};
struct AppendMetrics {
  MetricChunk chunk;
};
// An attempt starts at `step`: points of earlier attempts after it are flagged, aggregates go back
// to those of `step`.
struct SupersedeMetrics {
  int64_t trial_id;
  uint32_t before_attempt;
  int64_t step;
};
// request_id → the first answer, kept 24 h at least. The same request_id and method a second time
// is FAILED_PRECONDITION.
struct RememberRequest {
  std::string request_id;
  std::string method;
  std::string response;
  int64_t time;
};

using Mutation =
    std::variant<InsertSweep, InsertTrial, InsertAttempt, UpdateSweep, UpdateTrial, UpdateAttempt,
                 AppendEvent, AppendMetrics, SupersedeMetrics, RememberRequest>;

struct WriteBatch {
  std::vector<Mutation> mutations;  // all or none
};

// Everything the coordinator needs to go on after a restart.
struct LoadedState {
  std::vector<Sweep> sweeps;
  std::vector<Trial> trials;
  std::vector<Attempt> live_attempts;       // leased or running
  std::vector<Attempt> accepted_attempts;   // of trials that succeeded: where their files lie
  std::vector<MetricAggregate> aggregates;  // of the sweeps' scored metrics
  uint64_t last_event_sequence = 0;
  int64_t next_sweep_id = 1;
  int64_t next_trial_id = 1;
};

// Loop thread, unless said otherwise.
class Store {
 public:
  virtual ~Store() = default;

  // Reads everything back. Called at start and after a failed commit, when it also lets batches in
  // again. Waits until no batch is queued; the `done` of each failed one is in the loop's queue by
  // then.
  [[nodiscard]] virtual absl::StatusOr<LoadedState> Load() = 0;

  // Queues the batch; never blocks. `done` is posted to the loop once it is on disk or has failed,
  // in the order of the calls. RESOURCE_EXHAUSTED: the disk is full; FAILED_PRECONDITION: a guard
  // or a constraint does not hold, or another coordinator took over; DATA_LOSS: the file is
  // damaged. After a failure every batch queued behind it fails too (ABORTED), until Load is
  // called.
  virtual void Commit(WriteBatch batch, std::function<void(absl::Status)> done) = 0;

  // The first answer given under this request id, if any. Blocks for an indexed read.
  [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> FindRequest(
      const std::string& request_id, const std::string& method) = 0;

  // Any thread; never waits for the disk.
  [[nodiscard]] virtual StoreStatistics Statistics() const = 0;
};

struct SqliteStoreOptions {
  std::string path;    // the database's file; its folder exists. "<path>.lock" is the lock file
  std::string holder;  // who holds it, for the message to a second one: "sparsweep-coordinator"
};

// Opens or creates the database, locks it for this process, migrates it and starts the writer
// thread. FAILED_PRECONDITION names the process that holds it, or says that a newer version wrote
// it; DATA_LOSS: it is damaged. The destructor commits what is queued, drops what that would post,
// and unlocks. `loop` outlives the store.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const SqliteStoreOptions& options, base::Executor& loop);

}  // namespace sparsweep::store
