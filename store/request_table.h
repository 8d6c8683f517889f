// Rows of `requests`: answers given under a request_id.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"
#include "store/store.h"

namespace sparsweep::store {

// Also forgets what is older than a day before this one's time, but never the newest thousand: a
// clock that jumps must not forget them all. Writer's connection, inside a transaction.
[[nodiscard]] absl::Status Remember(Database& database, const RememberRequest& request);
[[nodiscard]] absl::StatusOr<std::optional<std::string>> FindResponse(Database& database,
                                                                      const std::string& request_id,
                                                                      const std::string& method);

}  // namespace sparsweep::store
