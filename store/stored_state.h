// States and failures between rows and columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "store/query.h"
#include "store/records.h"

namespace sparsweep::store {

// DATA_LOSS when `parse` does not know the name.
template <typename State>
[[nodiscard]] absl::StatusOr<State> ParseStored(std::optional<State> (*parse)(std::string_view),
                                                const std::string& name, const char* what) {
  if (const std::optional<State> state = parse(name)) return *state;
  return absl::DataLossError(absl::StrCat("unknown ", what, " state \"", name, "\""));
}

// The five columns failure_class … failure_message from `column` on.
[[nodiscard]] std::optional<Failure> ReadFailure(const Query& query, int column);

}  // namespace sparsweep::store
