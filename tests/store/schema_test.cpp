#include "store/schema.h"

#include <sqlite3.h>

#include <gtest/gtest.h>

#include "store/mask_store.h"
#include "store/query.h"
#include "tests/store/sample_rows.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::store {
namespace {

constexpr int32_t kApplication = 77;
const Schema kOne{kApplication, "database", {"CREATE TABLE a(x INTEGER) STRICT;"}};
const Schema kTwo{
    kApplication,
    "database",
    {"CREATE TABLE a(x INTEGER) STRICT;",
     "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 5; CREATE TABLE b(z INTEGER)"}};
const Schema kBroken{kApplication,
                     "database",
                     {"CREATE TABLE a(x INTEGER) STRICT;", "CREATE TABLE b(z INTEGER); oops"}};

int64_t Read(Database& database, const char* sql) {
  Query query(database, sql);
  EXPECT_TRUE(query.Next()) << sql << ": " << query.status();
  return query.status().ok() ? query.Int(0) : -1;
}

TEST(Schema, AnOlderFileBecomesTheNewest) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("f.db");
  {
    auto old = OpenForWriting(path, kOne);
    ASSERT_TRUE(old.ok()) << old.status();
    ASSERT_TRUE((*old)->Execute("INSERT INTO a VALUES(3)").ok());
  }
  auto migrated = OpenForWriting(path, kTwo);
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  EXPECT_EQ(Read(**migrated, "PRAGMA user_version"), 2);
  EXPECT_EQ(Read(**migrated, "SELECT x + y FROM a"), 8);
}

TEST(Schema, AMigrationIsWholeOrNotAtAll) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("f.db");
  ASSERT_TRUE(OpenForWriting(path, kOne).ok());
  EXPECT_FALSE(OpenForWriting(path, kBroken).ok());
  auto same = OpenForWriting(path, kOne);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(Read(**same, "PRAGMA user_version"), 1);
  EXPECT_EQ(Read(**same, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
}

TEST(Schema, ANewerFileIsRefusedAndLeftAlone) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("f.db");
  ASSERT_TRUE(OpenForWriting(path, kTwo).ok());
  const auto refused = OpenForWriting(path, kOne);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  for (const char* part : {"f.db", "newer Sparsweep", "version 2", "knows 1"}) {
    EXPECT_NE(refused.status().message().find(part), absl::string_view::npos) << refused.status();
  }
  EXPECT_TRUE(OpenForWriting(path, kTwo).ok());
}

TEST(Schema, AnotherProgramsFileIsRefusedAndLeftAlone) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("f.db");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  sqlite3_exec(other, "CREATE TABLE theirs(x)", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  const auto refused = OpenForWriting(path, kOne);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(refused.status().message().find("not Sparsweep's"), absl::string_view::npos);
  auto database = Database::Open(path, Database::Mode::kReadWrite);
  EXPECT_EQ(Read(**database, "SELECT count(*) FROM sqlite_schema"), 1);
  Query mode(**database, "PRAGMA journal_mode");
  ASSERT_TRUE(mode.Next());
  EXPECT_EQ(mode.Text(0), "delete");
}

TEST(Schema, AFileThatIsNoDatabaseIsDataLoss) {
  const test::TemporaryFolder folder;
  FILE* file = fopen(folder.File("f.db").c_str(), "w");
  ASSERT_NE(file, nullptr);
  fputs(std::string(5000, 'x').c_str(), file);
  fclose(file);
  EXPECT_EQ(OpenForWriting(folder.File("f.db"), kOne).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Schema, MasksAndTrialsAreNotMixedUp) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(OpenMaskStore(folder.File("f.db")).ok());
  test::TestExecutor loop;
  const auto refused = OpenSqliteStore({.path = folder.File("f.db"), .holder = "test"}, loop);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Schema, TablesAreStrict) {
  const test::TemporaryFolder folder;
  auto database = OpenForWriting(folder.File("f.db"), MainSchema());
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(Read(**database,
                 "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
                 " AND name NOT LIKE 'sqlite_%' AND strict = 0"),
            0);
  EXPECT_EQ((*database)->Execute("INSERT INTO events VALUES(1, 'noon', 'k', 0, 0, 0, '')").code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace sparsweep::store
