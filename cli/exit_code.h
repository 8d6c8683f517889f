// What the shell learns: one number and one line on stderr.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace sparsweep::cli {

enum ExitCode : int {
  kOk = 0,
  kFailure = 1,       // a trial or the sweep failed, a file cannot be written, our own bug
  kUsage = 2,         // the command line or the sweep file is wrong
  kNotFound = 3,      // no such sweep, trial or file
  kConflict = 4,      // same name with other content, wrong state, directory in use
  kUnavailable = 5,   // nobody answers, or the server sheds load
  kTimeout = 124,     // --timeout is over
  kInterrupted = 130  // ended by Ctrl-C or SIGTERM
};

[[nodiscard]] ExitCode ExitCodeOf(const absl::Status& status);

// "sparsweep: MESSAGE": one line whatever the message holds, without control characters.
[[nodiscard]] std::string ErrorLine(const absl::Status& status);

}  // namespace sparsweep::cli
