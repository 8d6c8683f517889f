// The commands: each file of this folder has one.
#pragma once

#include "cli/command.h"

namespace sparsweep::cli {

[[nodiscard]] Command RunCommand();
[[nodiscard]] Command SubmitCommand();
[[nodiscard]] Command ListCommand();
[[nodiscard]] Command ShowCommand();
[[nodiscard]] Command FrontCommand();
[[nodiscard]] Command CancelCommand();

}  // namespace sparsweep::cli
