// Where something stands in a sweep file, and errors that say so.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace sparsweep::coordinator::sweep {

struct Mark {
  int line = 0;  // from 1
  int column = 0;
};

// INVALID_ARGUMENT "FILE:LINE:COLUMN: message", with reason INVALID_SWEEP and file, line, column
// and (when not empty) field in its metadata.
[[nodiscard]] absl::Status ErrorAt(std::string_view file, Mark mark, std::string_view field,
                                   std::string_view message);

}  // namespace sparsweep::coordinator::sweep
