// The last line of defence against a wrong transition: what does not fit the table of
// trial_states.h or the row on disk is a bug and fails the batch.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "store/database.h"
#include "store/trial_states.h"

namespace sparsweep::store {

// Staying in a state is no transition. `which`: "trial 4 with attempt_number 1".
template <typename State>
[[nodiscard]] absl::Status CheckMove(State from, State to, const std::string& which) {
  if (from == to || CanMove(from, to)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      which, " cannot go from ", std::string(Name(from)), " to ", std::string(Name(to))));
}

// After a guarded UPDATE.
[[nodiscard]] absl::Status CheckOneChanged(const Database& database, const std::string& which,
                                           std::string_view from);

}  // namespace sparsweep::store
