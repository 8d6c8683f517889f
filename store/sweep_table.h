// Rows of `sweeps`. Inserting and updating: writer's connection, inside a transaction.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"
#include "store/store.h"

namespace sparsweep::store {

[[nodiscard]] absl::Status Insert(Database& database, const InsertSweep& insert);
[[nodiscard]] absl::Status Update(Database& database, const UpdateSweep& update);
[[nodiscard]] absl::StatusOr<std::vector<Sweep>> LoadSweeps(Database& database);  // by id

}  // namespace sparsweep::store
