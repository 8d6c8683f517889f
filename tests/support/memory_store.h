// Store in memory with the semantics of the one on disk: guards, gapless events, one failure fails
// all that is queued behind it until Load.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "store/store.h"

namespace sparsweep::test {

// Rows as committed, for inspection.
struct MemoryTables {
  std::map<int64_t, store::Sweep> sweeps;
  std::map<int64_t, store::Trial> trials;
  std::map<std::pair<int64_t, uint32_t>, store::Attempt> attempts;  // (trial, attempt_number)
  std::vector<store::Event> events;                                 // sequence 1, 2, …
  struct Point {
    uint32_t attempt_number = 0;
    int64_t step = 0;
    double value = 0;
    bool superseded = false;
  };
  // (trial, metric) → points in order of arrival.
  std::map<std::pair<int64_t, std::string>, std::vector<Point>> metrics;
  std::map<std::pair<std::string, std::string>, std::string> requests;  // (id, method) → response
};

// Everything runs on the executor's thread. A batch commits in a task of its
// own, posted by Commit, so that `done` never runs inside Commit. Outlives the coordinator under
// test: to play a restart, give the same store to a new one.
class MemoryStore final : public store::Store {
 public:
  explicit MemoryStore(base::Executor& loop) : loop_(loop) {}

  absl::StatusOr<store::LoadedState> Load() override;
  void Commit(store::WriteBatch batch, std::function<void(absl::Status)> done) override;
  absl::StatusOr<std::optional<std::string>> FindRequest(const std::string& request_id,
                                                         const std::string& method) override;
  store::StoreStatistics Statistics() const override;

  [[nodiscard]] const MemoryTables& tables() const { return tables_; }
  // Batches committed so far.
  [[nodiscard]] int64_t commits() const { return commits_; }

  // The n-th commit from now (1 = the next) fails with `status` and changes nothing.
  void FailCommit(int64_t n, absl::Status status);
  // Load and FindRequest fail with `status` until it is OK again.
  void FailReads(absl::Status status) { read_status_ = std::move(status); }
  // A slow disk: batches stay queued until Resume.
  void Pause() { paused_ = true; }
  void Resume();
  // kill -9: what is queued is forgotten and its `done` never called.
  void Crash();

 private:
  struct Queued {
    store::WriteBatch batch;
    std::function<void(absl::Status)> done;
  };
  void PostCommit();
  void CommitNext();
  [[nodiscard]] absl::Status Write(const store::WriteBatch& batch);

  base::Executor& loop_;
  MemoryTables tables_;
  std::deque<Queued> queue_;
  bool paused_ = false;
  absl::Status read_status_;
  absl::Status failed_;  // not OK between a failed commit and Load
  std::optional<std::pair<int64_t, absl::Status>> planned_failure_;
  int64_t commits_ = 0;
  uint64_t errors_ = 0;
  uint64_t crashes_ = 0;
};

}  // namespace sparsweep::test
