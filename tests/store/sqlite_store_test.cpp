// What only the store on disk does.
#include <sqlite3.h>

#include <gtest/gtest.h>

#include "store/query.h"
#include "store/schema.h"
#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

using namespace store;

TEST(SqliteStore, MissingFolderIsNamed) {
  const TemporaryFolder folder;
  TestExecutor loop;
  const auto opened =
      OpenSqliteStore({.path = folder.File("none/sparsweep.db"), .holder = "test"}, loop);
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(opened.status().message().find("none/sparsweep.db"), absl::string_view::npos);
}

TEST(SqliteStore, SecondOpeningNamesTheHolder) {
  const TemporaryFolder folder;
  TestExecutor loop;
  auto first = OpenStore(folder, loop);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = OpenStore(folder, loop);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(second.status().message().find("test, pid " + std::to_string(getpid())),
            absl::string_view::npos)
      << second.status();
  first->reset();
  EXPECT_TRUE(OpenStore(folder, loop).ok());
}

// As if the lock file were on a file system without locks: a second store raises the generation.
TEST(SqliteStore, AnOldCoordinatorAbortsAtItsNextCommit) {
  const TemporaryFolder folder;
  TestExecutor loop;
  auto old = OpenStore(folder, loop);
  ASSERT_TRUE(old.ok()) << old.status();
  ASSERT_TRUE(CommitNow(loop, **old, RunningTrial()).ok());
  ASSERT_EQ(unlink(folder.File("sparsweep.db.lock").c_str()), 0);
  auto next = OpenStore(folder, loop);
  ASSERT_TRUE(next.ok()) << next.status();
  const absl::Status refused = CommitNow(loop, **old, {{AppendEvent{SampleEvent("late")}}});
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(refused.message().find("taken over"), absl::string_view::npos) << refused;
  EXPECT_EQ((*old)->Load().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*next)->Load().value().last_event_sequence, 0u);
  EXPECT_TRUE(CommitNow(loop, **next, {{AppendEvent{SampleEvent("new")}}}).ok());
}

TEST(SqliteStore, ForgetsOldRequestsButKeepsTheNewest) {
  const TemporaryFolder folder;
  TestExecutor loop;
  auto store = OpenStore(folder, loop);
  ASSERT_TRUE(store.ok()) << store.status();
  const int64_t day = 24LL * 3600 * 1'000'000;
  WriteBatch first;
  for (int i = 0; i < 1500; ++i) {
    first.mutations.push_back(RememberRequest{absl::StrCat("r", i), "M", "answer", 1000 + i});
  }
  ASSERT_TRUE(CommitNow(loop, **store, first).ok());
  ASSERT_TRUE(CommitNow(loop, **store, {{RememberRequest{"late", "M", "answer", 10 * day}}}).ok());
  EXPECT_EQ((*store)->FindRequest("r0", "M").value(), std::nullopt);
  EXPECT_EQ((*store)->FindRequest("r500", "M").value(), std::nullopt);
  EXPECT_EQ((*store)->FindRequest("r501", "M").value(), "answer");
  EXPECT_EQ((*store)->FindRequest("late", "M").value(), "answer");
  ASSERT_TRUE(
      CommitNow(loop, **store, {{RememberRequest{"later", "M", "answer", 10 * day + 5}}}).ok());
  EXPECT_EQ((*store)->FindRequest("late", "M").value(), "answer") << "not a day old";
}

TEST(SqliteStore, UnknownStateInTheFileIsDataLoss) {
  const TemporaryFolder folder;
  TestExecutor loop;
  auto store = OpenStore(folder, loop);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE(CommitNow(loop, **store, RunningTrial()).ok());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder.File("sparsweep.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other,
                         "PRAGMA ignore_check_constraints = 1;"
                         "UPDATE trials SET state = 'sleeping'",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(other);
  EXPECT_EQ((*store)->Load().status().code(), absl::StatusCode::kDataLoss);
}

TEST(SqliteStore, ReadersSeeOnlyWhatIsCommitted) {
  const TemporaryFolder folder;
  TestExecutor loop;
  auto store = OpenStore(folder, loop);
  ASSERT_TRUE(store.ok()) << store.status();
  auto reader = OpenForReading(folder.File("sparsweep.db"));
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE(CommitNow(loop, **store, RunningTrial()).ok());
  Query query(**reader, "SELECT count(*) FROM trials WHERE state = 'running'");
  ASSERT_TRUE(query.Next()) << query.status();
  EXPECT_EQ(query.Int(0), 1);
  EXPECT_FALSE((*reader)->Execute("DELETE FROM trials").ok());
}

}  // namespace
}  // namespace sparsweep::test
