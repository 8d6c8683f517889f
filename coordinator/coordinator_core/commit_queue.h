// Holds back what is visible outside until what it rests on is on disk.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "store/store.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread.
//
// After the first failed batch everything queued fails with it: `failed` is called at once,
// `drained` when the store has answered for every batch, so that nothing is under way when it is
// loaded again. Write must not be called in between.
class CommitQueue {
 public:
  struct Hooks {
    std::function<void(const store::WriteBatch&)> committed;  // in order, before what waits for it
    std::function<void(const absl::Status&)> failed;
    std::function<void()> drained;
  };
  CommitQueue(store::Store& store, Hooks hooks);
  ~CommitQueue();  // what is still queued is no longer answered
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  void Write(store::WriteBatch batch);
  // Calls `release` once everything written so far is on disk, at once if it is; with the error if
  // it will not be.
  void AfterDurable(std::function<void(const absl::Status&)> release);
  [[nodiscard]] size_t queued() const { return queue_.size(); }

 private:
  struct Pending {
    std::shared_ptr<const store::WriteBatch> batch;
    std::vector<std::function<void(const absl::Status&)>> waiting;
  };
  void Done(const absl::Status& status);

  store::Store& store_;
  Hooks hooks_;
  std::deque<Pending> queue_;
  absl::Status failure_;               // while a failed queue drains
  std::shared_ptr<const bool> alive_;  // lets late answers of the store find us gone
};

}  // namespace sparsweep::coordinator
