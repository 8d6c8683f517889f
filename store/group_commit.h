// The writer thread. What is queued while a transaction syncs goes into the next one together: the
// rate of commits does not depend on the disk, and no timer delays a single batch.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "base/executor.h"
#include "store/store.h"
#include "store/store_statistics.h"

namespace sparsweep::store {

// Owned by the store.
class GroupCommit {
 public:
  struct Outcome {
    absl::Status status;            // OK: all are on disk. Otherwise none is
    std::optional<size_t> culprit;  // the batch that failed, if it was one of them
  };
  // Writes the batches in one transaction. Called on the writer thread only.
  using WriteTransaction = std::function<Outcome(absl::Span<const WriteBatch* const> batches)>;

  GroupCommit(base::Executor& loop, WriteTransaction write);
  // Writes what is queued; posts nothing any more.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Loop thread. See Store::Commit.
  void Queue(WriteBatch batch, std::function<void(absl::Status)> done);
  // Loop thread. Waits until nothing is queued, then lets batches in again after a failure.
  void Readmit();
  // Any thread. The sizes of files are left at 0.
  [[nodiscard]] StoreStatistics Statistics() const;

 private:
  struct Queued {
    WriteBatch batch;
    std::function<void(absl::Status)> done;
  };
  void Run();
  [[nodiscard]] std::vector<Queued> TakeNext();
  void Finish(std::vector<Queued> group, const Outcome& outcome, double seconds);

  base::Executor& loop_;
  const WriteTransaction write_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable queued_;
  std::condition_variable idle_;
  std::deque<Queued> queue_;
  size_t in_flight_ = 0;
  absl::Status failure_;  // OK unless a transaction failed and Readmit was not called yet
  bool closing_ = false;
  StoreStatistics statistics_;

  std::thread writer_;  // last: it uses the members above
};

}  // namespace sparsweep::store
