#include "store/database.h"

#include <sqlite3.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace sparsweep::store {
namespace {

constexpr int kBusyTimeoutMs = 5000;

absl::StatusCode CodeOf(int result, int system_error) {
  const bool disk_full = system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
  switch (result & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_IOERR:
      return disk_full ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kUnavailable;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_CONSTRAINT:
      return absl::StatusCode::kFailedPrecondition;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kNotFound;
    default:
      return absl::StatusCode::kInternal;
  }
}

// errno of the last failed call on the file or its WAL; SQLite reports ENOSPC by itself but not a
// quota or a limit on the size of files.
int LastSystemError(sqlite3* connection) {
  int error = 0;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  sqlite3_file* wal = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  if (error == 0 && wal != nullptr && wal->pMethods != nullptr) {
    wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &error);
  }
  return error;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, Mode mode) {
  const int flags = (mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY
                                             : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* connection = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  std::unique_ptr<Database> database(new Database(path, connection));
  if (opened != SQLITE_OK) return database->Error(opened);
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  return database;
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(connection_);
}

absl::Status Database::Execute(const std::string& sql) {
  const int result = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  return result == SQLITE_OK ? absl::OkStatus() : Error(result);
}

int64_t Database::changes() const { return sqlite3_changes64(connection_); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_) == 0; }

absl::StatusOr<sqlite3_stmt*> Database::Prepare(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) {
    sqlite3_reset(found->second);
    sqlite3_clear_bindings(found->second);
    return found->second;
  }
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return Error(result);
  statements_.emplace(std::string(sql), statement);
  return statement;
}

absl::Status Database::Error(int code) const {
  const int system_error = (code & 0xff) == SQLITE_IOERR ? LastSystemError(connection_) : 0;
  const char* text = connection_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection_);
  return absl::Status(CodeOf(code, system_error),
                      absl::StrCat(path_, ": ", text, " (", sqlite3_errstr(code), ")"));
}

Transaction::Transaction(Database& database)
    : database_(database), status_(database.Execute("BEGIN IMMEDIATE")) {}

Transaction::~Transaction() {
  // A failed rollback leaves the journal to the next opening, which rolls back.
  if (database_.in_transaction()) database_.Execute("ROLLBACK").IgnoreError();
}

absl::Status Transaction::Commit() { return database_.Execute("COMMIT"); }

}  // namespace sparsweep::store
