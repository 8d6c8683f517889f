#include "store/guard.h"

namespace sparsweep::store {

absl::Status CheckOneChanged(const Database& database, const std::string& which,
                             std::string_view from) {
  if (database.changes() == 1) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(which, " is not ", std::string(from), " in ", database.path()));
}

}  // namespace sparsweep::store
