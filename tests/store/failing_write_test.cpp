// Every k: the k-th write or sync and all after it fail. What was acknowledged is there, what was
// not is not doubled, and the store works on once the disk does.
#include <sqlite3.h>

#include <gtest/gtest.h>

#include "store/query.h"
#include "store/schema.h"
#include "tests/store/failing_vfs.h"
#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

using namespace store;

constexpr int kBatches = 4;

// One batch: a sweep, a trial and an event, so that half a batch would show.
WriteBatch NumberedBatch(int64_t number) {
  Sweep sweep = SampleSweep(number);
  sweep.yaml = std::string(3000, 'y');  // more than one page now and then
  return {{InsertSweep{sweep}, InsertTrial{SampleTrial(number, number)},
           AppendEvent{SampleEvent("sweep.created", number)}}};
}

void CheckConsistent(const LoadedState& state) {
  EXPECT_EQ(state.sweeps.size(), state.trials.size());
  EXPECT_EQ(state.last_event_sequence, state.sweeps.size());
  for (size_t i = 0; i < state.sweeps.size(); ++i) {
    EXPECT_EQ(state.sweeps[i].id, static_cast<int64_t>(i) + 1) << "in order, none left out";
  }
}

void CheckIntegrity(const std::string& path) {
  auto database = OpenForReading(path);
  ASSERT_TRUE(database.ok()) << database.status();
  Query query(**database, "PRAGMA integrity_check");
  ASSERT_TRUE(query.Next()) << query.status();
  EXPECT_EQ(query.Text(0), "ok");
}

// Writes batches until one fails or all are in; returns how many were acknowledged.
int64_t WriteUntilFailure(TestExecutor& loop, Store& store, int64_t first, absl::Status* failure) {
  int64_t number = first;
  for (; number <= kBatches; ++number) {
    *failure = CommitNow(loop, store, NumberedBatch(number));
    if (!failure->ok()) break;
  }
  return number - 1;
}

// The whole script with the k-th operation failing; false when it ends before the k-th.
bool RunScript(int k, int code, absl::StatusCode expected) {
  SCOPED_TRACE(testing::Message() << "k = " << k << ", code " << code);
  const TemporaryFolder folder;
  TestExecutor loop;
  auto store = OpenStore(folder, loop);
  EXPECT_TRUE(store.ok()) << store.status();
  if (!store.ok()) return false;

  const int before = FailingVfs::operations();
  FailingVfs::FailFrom(k, code);
  absl::Status failure;
  const int64_t acknowledged = WriteUntilFailure(loop, **store, 1, &failure);
  const bool reached = FailingVfs::operations() - before >= k;
  FailingVfs::Heal();
  if (!failure.ok()) {
    EXPECT_EQ(failure.code(), expected) << failure;
  }

  auto state = (*store)->Load();
  EXPECT_TRUE(state.ok()) << state.status();
  if (!state.ok()) return reached;
  CheckConsistent(*state);
  EXPECT_EQ(static_cast<int64_t>(state->sweeps.size()), acknowledged);

  // The disk works again: the rest goes in, and a new process finds it all.
  WriteUntilFailure(loop, **store, state->next_sweep_id, &failure);
  EXPECT_TRUE(failure.ok()) << failure;
  store->reset();
  store = OpenStore(folder, loop);
  EXPECT_TRUE(store.ok()) << store.status();
  if (!store.ok()) return reached;
  state = (*store)->Load();
  EXPECT_TRUE(state.ok() && state->sweeps.size() == kBatches) << state.status();
  if (state.ok()) CheckConsistent(*state);
  CheckIntegrity(folder.File("sparsweep.db"));
  return reached;
}

class FailingWrite : public testing::TestWithParam<std::pair<int, absl::StatusCode>> {
 protected:
  void SetUp() override { FailingVfs::Install(); }
  void TearDown() override { FailingVfs::Heal(); }
};

TEST_P(FailingWrite, AtEveryOperation) {
  const auto [code, expected] = GetParam();
  int k = 1;
  while (RunScript(k, code, expected) && !HasFailure()) ++k;
  EXPECT_GT(k, kBatches) << "the script makes at least one write a batch";
}

INSTANTIATE_TEST_SUITE_P(
    , FailingWrite,
    testing::Values(std::pair(SQLITE_FULL, absl::StatusCode::kResourceExhausted),
                    std::pair(SQLITE_IOERR_FSYNC, absl::StatusCode::kUnavailable)),
    [](const auto& test) { return absl::StrCat("Code", test.param.first); });

}  // namespace
}  // namespace sparsweep::test
