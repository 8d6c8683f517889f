#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "store/apply_mutation.h"
#include "store/attempt_table.h"
#include "store/database_lock.h"
#include "store/event_table.h"
#include "store/file_bytes.h"
#include "store/group_commit.h"
#include "store/metric_table.h"
#include "store/request_table.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/sweep_table.h"
#include "store/trial_table.h"

namespace sparsweep::store {
namespace {

absl::Status LoadInto(Database& database, LoadedState* state) {
  auto sweeps = LoadSweeps(database);
  if (!sweeps.ok()) return sweeps.status();
  auto trials = LoadTrials(database);
  if (!trials.ok()) return trials.status();
  auto attempts = LoadLiveAttempts(database);
  if (!attempts.ok()) return attempts.status();
  auto accepted = LoadAcceptedAttempts(database);
  if (!accepted.ok()) return accepted.status();
  auto aggregates = LoadScoredAggregates(database);
  if (!aggregates.ok()) return aggregates.status();
  const auto sequence = LastSequence(database);
  if (!sequence.ok()) return sequence.status();
  state->sweeps = *std::move(sweeps);
  state->trials = *std::move(trials);
  state->live_attempts = *std::move(attempts);
  state->accepted_attempts = *std::move(accepted);
  state->aggregates = *std::move(aggregates);
  state->last_event_sequence = *sequence;
  for (const Sweep& sweep : state->sweeps) {
    state->next_sweep_id = std::max(state->next_sweep_id, sweep.id + 1);
  }
  for (const Trial& trial : state->trials) {
    state->next_trial_id = std::max(state->next_trial_id, trial.id + 1);
  }
  return absl::OkStatus();
}

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<DatabaseLock> lock, std::unique_ptr<Database> writes,
              std::unique_ptr<Database> reads, int64_t generation, base::Executor& loop)
      : lock_(std::move(lock)),
        writes_(std::move(writes)),
        reads_(std::move(reads)),
        generation_(generation),
        group_commit_(
            loop, [this](absl::Span<const WriteBatch* const> batches) { return Write(batches); }) {}

  absl::StatusOr<LoadedState> Load() override {
    group_commit_.Readmit();
    if (absl::Status ours = CheckGeneration(*reads_, generation_); !ours.ok()) return ours;
    // One snapshot over all tables.
    if (absl::Status begun = reads_->Execute("BEGIN"); !begun.ok()) return begun;
    LoadedState state;
    absl::Status loaded = LoadInto(*reads_, &state);
    absl::Status ended = reads_->Execute("ROLLBACK");
    if (!loaded.ok()) return loaded;
    if (!ended.ok()) return ended;
    return state;
  }

  void Commit(WriteBatch batch, std::function<void(absl::Status)> done) override {
    group_commit_.Queue(std::move(batch), std::move(done));
  }

  absl::StatusOr<std::optional<std::string>> FindRequest(const std::string& request_id,
                                                         const std::string& method) override {
    return FindResponse(*reads_, request_id, method);
  }

  StoreStatistics Statistics() const override {
    StoreStatistics statistics = group_commit_.Statistics();
    statistics.database_bytes = FileBytes(writes_->path());
    statistics.wal_bytes = FileBytes(WalPath(writes_->path()));
    return statistics;
  }

 private:
  GroupCommit::Outcome Write(absl::Span<const WriteBatch* const> batches) {
    Transaction transaction(*writes_);
    if (!transaction.status().ok()) return {transaction.status(), std::nullopt};
    if (absl::Status ours = CheckGeneration(*writes_, generation_); !ours.ok()) {
      return {ours, std::nullopt};
    }
    for (size_t i = 0; i < batches.size(); ++i) {
      if (absl::Status applied = Apply(*writes_, *batches[i]); !applied.ok()) return {applied, i};
    }
    return {transaction.Commit(), std::nullopt};
  }

  const std::unique_ptr<DatabaseLock> lock_;
  const std::unique_ptr<Database> writes_;  // the writer thread's
  const std::unique_ptr<Database> reads_;   // the loop's: an indexed read waits for no sync
  const int64_t generation_;
  GroupCommit group_commit_;  // last: its thread uses writes_
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteStoreOptions& options,
                                                       base::Executor& loop) {
  const std::string holder = DescribeHolder(options.holder);
  auto lock = DatabaseLock::Acquire(options.path, holder);
  if (!lock.ok()) return lock.status();
  auto writes = OpenForWriting(options.path, MainSchema());
  if (!writes.ok()) return writes.status();
  const auto generation = TakeGeneration(**writes, holder);
  if (!generation.ok()) return generation.status();
  auto reads = OpenForReading(options.path);
  if (!reads.ok()) return reads.status();
  return std::make_unique<SqliteStore>(*std::move(lock), *std::move(writes), *std::move(reads),
                                       *generation, loop);
}

}  // namespace sparsweep::store
