#include "store/request_table.h"

#include "store/query.h"

namespace sparsweep::store {
namespace {

constexpr int64_t kKeptMicros = 24LL * 3600 * 1'000'000;
constexpr int64_t kKeptRows = 1000;

}  // namespace

absl::Status Remember(Database& database, const RememberRequest& request) {
  absl::Status inserted =
      Query(database, "INSERT INTO requests(request_id, method, response, time) VALUES(?,?,?,?)",
            request.request_id, request.method, Blob{request.response}, request.time)
          .Run();
  if (!inserted.ok()) return inserted;
  return Query(database,
               "DELETE FROM requests WHERE time < ?"
               " AND id <= (SELECT max(id) FROM requests) - ?",
               request.time - kKeptMicros, kKeptRows)
      .Run();
}

absl::StatusOr<std::optional<std::string>> FindResponse(Database& database,
                                                        const std::string& request_id,
                                                        const std::string& method) {
  Query query(database, "SELECT response FROM requests WHERE request_id = ? AND method = ?",
              request_id, method);
  const bool found = query.Next();
  if (!query.status().ok()) return query.status();
  return found ? std::optional<std::string>(query.Text(0)) : std::nullopt;
}

}  // namespace sparsweep::store
