// How a command says that it could not.
#pragma once

#include "absl/status/status.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace sparsweep::cli {

// The error's line on console.err; returns its exit code.
inline int Fail(const absl::Status& status, const Console& console) {
  console.err << ErrorLine(status) << "\n";
  return ExitCodeOf(status);
}

}  // namespace sparsweep::cli
