// Rows of `attempts`. Inserting and updating: writer's connection, inside a transaction.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"
#include "store/store.h"

namespace sparsweep::store {

[[nodiscard]] absl::Status Insert(Database& database, const InsertAttempt& insert);
[[nodiscard]] absl::Status Update(Database& database, const UpdateAttempt& update);
// Leased or running, by trial.
[[nodiscard]] absl::StatusOr<std::vector<Attempt>> LoadLiveAttempts(Database& database);
// Those whose result is their trial's, by trial.
[[nodiscard]] absl::StatusOr<std::vector<Attempt>> LoadAcceptedAttempts(Database& database);

}  // namespace sparsweep::store
