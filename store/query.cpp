#include "store/query.h"

#include <sqlite3.h>

#include <cmath>
#include <limits>

namespace sparsweep::store {

Query::Query(Database& database, std::string_view sql) : database_(database) {
  absl::StatusOr<sqlite3_stmt*> statement = database.Prepare(sql);
  if (statement.ok()) {
    statement_ = *statement;
  } else {
    status_ = statement.status();
  }
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::Next() {
  if (!status_.ok()) return false;
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) status_ = database_.Error(result);
  return false;
}

absl::Status Query::Run() {
  while (Next()) {
  }
  return status_;
}

int64_t Query::Int(int column) const { return sqlite3_column_int64(statement_, column); }

double Query::Real(int column) const {
  return OptionalReal(column).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::optional<double> Query::OptionalReal(int column) const {
  if (IsNull(column)) return std::nullopt;
  return sqlite3_column_double(statement_, column);
}

std::string Query::Text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string()
                          : std::string(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Query::Bind(double value) {
  ++bound_;
  if (status_.ok()) Check(sqlite3_bind_double(statement_, bound_, value));
}

void Query::Bind(const std::optional<double>& value) {
  if (value) {
    Bind(*value);
  } else {
    Bind(std::nullopt);
  }
}

// An empty string_view may have no address, which SQLite would take for NULL.
void Query::Bind(std::string_view value) {
  ++bound_;
  if (!status_.ok()) return;
  Check(sqlite3_bind_text64(statement_, bound_, value.empty() ? "" : value.data(), value.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::Bind(Blob value) {
  ++bound_;
  if (!status_.ok()) return;
  Check(sqlite3_bind_blob64(statement_, bound_, value.bytes.empty() ? "" : value.bytes.data(),
                            value.bytes.size(), SQLITE_STATIC));
}

void Query::Bind(const std::optional<Failure>& failure) {
  if (!failure) {
    bound_ += 5;
    return;
  }
  for (const std::string* text : {&failure->failure_class, &failure->reason, &failure->field,
                                  &failure->value, &failure->message}) {
    Bind(*text);
  }
}

void Query::BindInt(int64_t value) {
  ++bound_;
  if (status_.ok()) Check(sqlite3_bind_int64(statement_, bound_, value));
}

void Query::Check(int result) {
  if (result != SQLITE_OK) status_ = database_.Error(result);
}

}  // namespace sparsweep::store
