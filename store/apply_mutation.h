// From the description of a change to the rows.
#pragma once

#include "absl/status/status.h"

#include "store/database.h"
#include "store/store.h"

namespace sparsweep::store {

// Writer's connection, inside a transaction, which must be rolled back when this fails.
[[nodiscard]] absl::Status Apply(Database& database, const WriteBatch& batch);

}  // namespace sparsweep::store
