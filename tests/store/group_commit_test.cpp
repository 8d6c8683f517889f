#include "store/group_commit.h"

#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

using namespace store;

// A transaction that waits until the test lets it go.
class Gate {
 public:
  GroupCommit::Outcome Write(absl::Span<const WriteBatch* const> batches) {
    std::unique_lock lock(mutex_);
    sizes_.push_back(batches.size());
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    return sizes_.size() <= outcomes_.size() ? outcomes_[sizes_.size() - 1]
                                             : GroupCommit::Outcome{};
  }
  void WaitForWrites(size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sizes_.size() >= n; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Plan(std::vector<GroupCommit::Outcome> outcomes) { outcomes_ = std::move(outcomes); }
  [[nodiscard]] std::vector<size_t> sizes() {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::vector<size_t> sizes_;
  std::vector<GroupCommit::Outcome> outcomes_;
};

class Groups : public testing::Test {
 protected:
  void Queue(GroupCommit& commits, int n, size_t mutations = 1) {
    for (int i = 0; i < n; ++i) {
      WriteBatch batch;
      batch.mutations.resize(mutations, AppendEvent{});
      commits.Queue(std::move(batch),
                    [this](absl::Status status) { answers_.push_back(status.code()); });
    }
  }
  [[nodiscard]] bool WaitForAnswers(size_t n) {
    return loop_.RunUntil([&] { return answers_.size() >= n; });
  }

  Gate gate_;
  TestExecutor loop_;
  std::vector<absl::StatusCode> answers_;
};

TEST_F(Groups, WhatComesDuringASyncGoesTogether) {
  GroupCommit commits(loop_, [this](auto batches) { return gate_.Write(batches); });
  Queue(commits, 1);
  gate_.WaitForWrites(1);
  Queue(commits, 5);
  EXPECT_EQ(commits.Statistics().queued_batches, 6u);
  gate_.Open();
  ASSERT_TRUE(WaitForAnswers(6));
  EXPECT_EQ(gate_.sizes(), (std::vector<size_t>{1, 5}));
  EXPECT_EQ(commits.Statistics().committed_batches, 6u);
  EXPECT_EQ(commits.Statistics().queued_batches, 0u);
}

TEST_F(Groups, ATransactionIsBounded) {
  GroupCommit commits(loop_, [this](auto batches) { return gate_.Write(batches); });
  Queue(commits, 1);
  gate_.WaitForWrites(1);
  Queue(commits, 3, 3000);
  gate_.Open();
  ASSERT_TRUE(WaitForAnswers(4));
  EXPECT_EQ(gate_.sizes(), (std::vector<size_t>{1, 2, 1}));
}

TEST_F(Groups, TheCulpritGetsTheReasonTheOthersAbort) {
  gate_.Plan({{}, {absl::FailedPreconditionError("guard"), 1}});
  GroupCommit commits(loop_, [this](auto batches) { return gate_.Write(batches); });
  Queue(commits, 1);
  gate_.WaitForWrites(1);
  Queue(commits, 3);
  gate_.Open();
  ASSERT_TRUE(WaitForAnswers(4));
  EXPECT_EQ(answers_, (std::vector<absl::StatusCode>{
                          absl::StatusCode::kOk, absl::StatusCode::kAborted,
                          absl::StatusCode::kFailedPrecondition, absl::StatusCode::kAborted}));
  Queue(commits, 1);
  ASSERT_TRUE(WaitForAnswers(5));
  EXPECT_EQ(answers_.back(), absl::StatusCode::kAborted);
  EXPECT_EQ(gate_.sizes().size(), 2u) << "nothing is written after a failure";
  EXPECT_EQ(commits.Statistics().errors, 1u);
  commits.Readmit();
  Queue(commits, 1);
  ASSERT_TRUE(WaitForAnswers(6));
  EXPECT_EQ(answers_.back(), absl::StatusCode::kOk);
}

TEST_F(Groups, AFullDiskIsToldToAllOfTheTransaction) {
  gate_.Plan({{}, {absl::ResourceExhaustedError("disk full"), std::nullopt}});
  GroupCommit commits(loop_, [this](auto batches) { return gate_.Write(batches); });
  Queue(commits, 1);
  gate_.WaitForWrites(1);
  Queue(commits, 2);
  gate_.Open();
  ASSERT_TRUE(WaitForAnswers(3));
  EXPECT_EQ(answers_, (std::vector<absl::StatusCode>{absl::StatusCode::kOk,
                                                     absl::StatusCode::kResourceExhausted,
                                                     absl::StatusCode::kResourceExhausted}));
}

TEST_F(Groups, DestructionWritesWhatIsQueued) {
  auto commits =
      std::make_unique<GroupCommit>(loop_, [this](auto batches) { return gate_.Write(batches); });
  Queue(*commits, 1);
  gate_.WaitForWrites(1);
  Queue(*commits, 2);
  std::thread opener([this] { gate_.Open(); });
  commits.reset();
  opener.join();
  size_t written = 0;
  for (size_t size : gate_.sizes()) written += size;
  EXPECT_EQ(written, 3u);
}

}  // namespace
}  // namespace sparsweep::test
