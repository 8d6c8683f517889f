// One connection to an SQLite file.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sparsweep::store {

// One thread at a time. Statements are prepared once and kept; query.h runs them. SQLite's errors
// become: FULL and a system's ENOSPC, EDQUOT, EFBIG → RESOURCE_EXHAUSTED; CORRUPT, NOTADB →
// DATA_LOSS; CONSTRAINT → FAILED_PRECONDITION; READONLY, PERM → PERMISSION_DENIED; CANTOPEN →
// NOT_FOUND; BUSY, LOCKED and other I/O errors → UNAVAILABLE; the rest, which is ours → INTERNAL.
class Database {
 public:
  enum class Mode { kReadOnly, kReadWrite };

  // kReadWrite creates a missing file. The folder exists.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements without parameters or results, several separated by ";".
  [[nodiscard]] absl::Status Execute(const std::string& sql);

  // Rows changed by the last INSERT, UPDATE or DELETE.
  [[nodiscard]] int64_t changes() const;
  // Between BEGIN and its COMMIT or ROLLBACK; an error may have ended it.
  [[nodiscard]] bool in_transaction() const;

  // The prepared statement for `sql`, reset and without bound values; lives as long as this.
  [[nodiscard]] absl::StatusOr<sqlite3_stmt*> Prepare(std::string_view sql);
  // The status of result code `code` of a call on this connection.
  [[nodiscard]] absl::Status Error(int code) const;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Database(std::string path, sqlite3* connection)
      : path_(std::move(path)), connection_(connection) {}

  std::string path_;
  sqlite3* connection_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

// BEGIN IMMEDIATE now, COMMIT when asked, ROLLBACK at the end of its life otherwise.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Of BEGIN.
  [[nodiscard]] const absl::Status& status() const { return status_; }
  // OK once what was written is on disk. Otherwise nothing was.
  [[nodiscard]] absl::Status Commit();

 private:
  Database& database_;
  absl::Status status_;
};

}  // namespace sparsweep::store
