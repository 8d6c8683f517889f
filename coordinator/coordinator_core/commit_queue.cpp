#include "coordinator/coordinator_core/commit_queue.h"

#include <utility>

#include "coordinator/coordinator_core/refusals.h"

namespace sparsweep::coordinator {

CommitQueue::CommitQueue(store::Store& store, Hooks hooks)
    : store_(store), hooks_(std::move(hooks)), alive_(std::make_shared<const bool>(true)) {}

CommitQueue::~CommitQueue() = default;

void CommitQueue::Write(store::WriteBatch batch) {
  queue_.push_back({std::make_shared<const store::WriteBatch>(batch), {}});
  store_.Commit(std::move(batch),
                [this, alive = std::weak_ptr<const bool>(alive_)](const absl::Status& status) {
                  if (!alive.expired()) Done(status);
                });
}

void CommitQueue::AfterDurable(std::function<void(const absl::Status&)> release) {
  if (!failure_.ok()) return release(failure_);
  if (queue_.empty()) return release(absl::OkStatus());
  queue_.back().waiting.push_back(std::move(release));
}

void CommitQueue::Done(const absl::Status& status) {
  Pending done = std::move(queue_.front());
  queue_.pop_front();
  const bool first_failure = failure_.ok() && !status.ok();
  if (first_failure) failure_ = StoreUnavailable(std::string(status.message()));
  if (failure_.ok()) hooks_.committed(*done.batch);
  if (first_failure) hooks_.failed(status);
  const absl::Status result = failure_;
  if (!result.ok() && queue_.empty()) {
    failure_ = absl::OkStatus();
    hooks_.drained();
  }
  for (const auto& release : done.waiting) release(result);
}

}  // namespace sparsweep::coordinator
