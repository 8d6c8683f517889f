#include "store/schema.h"

#include "absl/strings/str_cat.h"

#include "store/query.h"

namespace sparsweep::store {
namespace {

absl::StatusOr<int64_t> ReadPragma(Database& database, std::string_view sql) {
  Query query(database, sql);
  const bool found = query.Next();
  if (!query.status().ok()) return query.status();
  return found ? query.Int(0) : 0;
}

// Before anything is written to the file.
absl::Status CheckKind(Database& database, const Schema& schema) {
  const auto application = ReadPragma(database, "PRAGMA application_id");
  if (!application.ok()) return application.status();
  const auto objects = ReadPragma(database, "SELECT count(*) FROM sqlite_schema");
  if (!objects.ok()) return objects.status();
  if (*application == schema.application_id || (*application == 0 && *objects == 0)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(database.path(), ": not Sparsweep's ",
                                                    schema.contents, "; choose another folder"));
}

absl::Status Migrate(Database& database, const Schema& schema) {
  const auto newest = static_cast<int64_t>(schema.migrations.size());
  Transaction transaction(database);
  if (!transaction.status().ok()) return transaction.status();
  const auto version = ReadPragma(database, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > newest) {
    return absl::FailedPreconditionError(
        absl::StrCat(database.path(), ": a newer Sparsweep wrote this ", schema.contents,
                     " (schema version ", *version, ", this program knows ", newest,
                     "); use that version of Sparsweep or another folder"));
  }
  if (*version == newest) return absl::OkStatus();
  for (int64_t next = *version; next < newest; ++next) {
    absl::Status step = database.Execute(schema.migrations[static_cast<size_t>(next)]);
    if (!step.ok()) return step;
  }
  absl::Status marked = database.Execute(absl::StrCat(
      "PRAGMA application_id = ", schema.application_id, "; PRAGMA user_version = ", newest));
  return marked.ok() ? transaction.Commit() : marked;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenForWriting(const std::string& path,
                                                         const Schema& schema) {
  absl::StatusOr<std::unique_ptr<Database>> database =
      Database::Open(path, Database::Mode::kReadWrite);
  if (!database.ok()) return database.status();
  if (absl::Status kind = CheckKind(**database, schema); !kind.ok()) return kind;
  // journal_size_limit: a WAL that a long reader made grow shrinks again at the next checkpoint.
  absl::Status settings = (*database)->Execute(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
      "PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864");
  if (!settings.ok()) return settings;
  if (absl::Status migrated = Migrate(**database, schema); !migrated.ok()) return migrated;
  Query wal(**database, "PRAGMA journal_mode = WAL");
  const bool answered = wal.Next();
  if (!wal.status().ok()) return wal.status();
  if (!answered || wal.Text(0) != "wal") {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": the file system does not support SQLite's WAL; choose a folder on a local disk"));
  }
  return database;
}

absl::StatusOr<std::unique_ptr<Database>> OpenForReading(const std::string& path) {
  absl::StatusOr<std::unique_ptr<Database>> database =
      Database::Open(path, Database::Mode::kReadOnly);
  if (!database.ok()) return database.status();
  absl::Status settings =
      (*database)->Execute("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF");
  if (!settings.ok()) return settings;
  return database;
}

}  // namespace sparsweep::store
