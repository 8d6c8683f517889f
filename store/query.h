// One run of a prepared statement: values in, rows out.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/database.h"
#include "store/records.h"

namespace sparsweep::store {

// Bytes, where a string_view would be text. Not copied: they outlive the query.
struct Blob {
  std::string_view bytes;
};

// Lives shorter than its database; at most one at a time per statement text. A failure of preparing
// or binding is returned by Next or Run.
//
//   Query query(database, "SELECT name FROM sweeps WHERE id = ?", id);
//   while (query.Next()) names.push_back(query.Text(0));
//   if (!query.status().ok()) …
class Query {
 public:
  Query(Database& database, std::string_view sql);
  template <typename... Values>
  Query(Database& database, std::string_view sql, const Values&... values) : Query(database, sql) {
    (Bind(values), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // True: a row is there. False: no more, or status() is not OK.
  [[nodiscard]] bool Next();
  [[nodiscard]] const absl::Status& status() const { return status_; }
  // To the end, for statements without rows.
  [[nodiscard]] absl::Status Run();

  // Columns of the row, from 0. NULL is 0, nullopt or "".
  [[nodiscard]] int64_t Int(int column) const;
  [[nodiscard]] double Real(int column) const;  // NULL is NaN
  [[nodiscard]] std::optional<double> OptionalReal(int column) const;
  [[nodiscard]] std::string Text(int column) const;  // text or blob
  [[nodiscard]] bool IsNull(int column) const;

 private:
  void Bind(std::integral auto value) { BindInt(static_cast<int64_t>(value)); }
  void Bind(double value);  // NaN becomes NULL
  void Bind(const std::optional<double>& value);
  void Bind(std::string_view value);
  void Bind(const std::string& value) { Bind(std::string_view(value)); }
  void Bind(const char* value) { Bind(std::string_view(value)); }
  void Bind(Blob value);
  void Bind(std::nullopt_t) { ++bound_; }
  void Bind(const std::optional<Failure>& failure);  // five columns
  void BindInt(int64_t value);
  void Check(int result);

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  absl::Status status_;
  int bound_ = 0;
};

}  // namespace sparsweep::store
