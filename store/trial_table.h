// Rows of `trials`. Inserting and updating: writer's connection, inside a transaction.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"
#include "store/store.h"

namespace sparsweep::store {

[[nodiscard]] absl::Status Insert(Database& database, const InsertTrial& insert);
[[nodiscard]] absl::Status Update(Database& database, const UpdateTrial& update);
// By sweep, then position.
[[nodiscard]] absl::StatusOr<std::vector<Trial>> LoadTrials(Database& database);

}  // namespace sparsweep::store
