// Rows of `events`.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"
#include "store/store.h"

namespace sparsweep::store {

// Gives the event the next sequence. Writer's connection, inside a transaction: a rollback takes
// the sequence back, hence no gap.
[[nodiscard]] absl::Status Append(Database& database, const AppendEvent& append);
[[nodiscard]] absl::StatusOr<uint64_t> LastSequence(Database& database);  // 0: no event yet

}  // namespace sparsweep::store
