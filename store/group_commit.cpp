#include "store/group_commit.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace sparsweep::store {
namespace {

// Bounds how long a transaction takes, and with it the wait of the batches behind it.
constexpr size_t kMaxMutations = 4096;

absl::Status AbortedBy(const absl::Status& cause) {
  return absl::AbortedError(
      absl::StrCat("not written, an earlier batch failed: ", absl::string_view(cause.message())));
}

}  // namespace

GroupCommit::GroupCommit(base::Executor& loop, WriteTransaction write)
    : loop_(loop), write_(std::move(write)), writer_([this] { Run(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  queued_.notify_all();
  writer_.join();
}

void GroupCommit::Queue(WriteBatch batch, std::function<void(absl::Status)> done) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(batch), std::move(done)});
  }
  queued_.notify_one();
}

void GroupCommit::Readmit() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && in_flight_ == 0; });
  failure_ = absl::OkStatus();
}

StoreStatistics GroupCommit::Statistics() const {
  const std::lock_guard lock(mutex_);
  StoreStatistics statistics = statistics_;
  statistics.queued_batches = queue_.size() + in_flight_;
  return statistics;
}

void GroupCommit::Run() {
  for (std::vector<Queued> group = TakeNext(); !group.empty(); group = TakeNext()) {
    absl::Status earlier;
    {
      const std::lock_guard lock(mutex_);
      earlier = failure_;
    }
    if (!earlier.ok()) {
      Finish(std::move(group), {.status = AbortedBy(earlier), .culprit = std::nullopt}, 0);
      continue;
    }
    std::vector<const WriteBatch*> batches;
    batches.reserve(group.size());
    for (const Queued& queued : group) batches.push_back(&queued.batch);
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = write_(batches);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    Finish(std::move(group), outcome, seconds.count());
  }
}

std::vector<GroupCommit::Queued> GroupCommit::TakeNext() {
  std::unique_lock lock(mutex_);
  queued_.wait(lock, [this] { return closing_ || !queue_.empty(); });
  std::vector<Queued> group;
  size_t mutations = 0;
  while (!queue_.empty() && (group.empty() || mutations < kMaxMutations)) {
    mutations += queue_.front().batch.mutations.size();
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  in_flight_ = group.size();
  return group;
}

void GroupCommit::Finish(std::vector<Queued> group, const Outcome& outcome, double seconds) {
  const std::lock_guard lock(mutex_);
  if (outcome.status.ok()) {
    statistics_.commit_duration.Observe(seconds);
    statistics_.committed_batches += group.size();
  } else if (failure_.ok()) {
    ++statistics_.errors;
    failure_ = outcome.status;
  }
  // Posted under the lock: Readmit returns after the last `done` of a failure is in the loop's
  // queue.
  for (size_t i = 0; i < group.size() && !closing_; ++i) {
    const bool innocent = outcome.culprit.has_value() && *outcome.culprit != i;
    loop_.Post([done = std::move(group[i].done),
                status = innocent ? AbortedBy(outcome.status) : outcome.status] { done(status); });
  }
  in_flight_ = 0;
  if (queue_.empty()) idle_.notify_all();
}

}  // namespace sparsweep::store
