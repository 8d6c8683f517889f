// From argv to an Invocation, and the texts of --help (Boost.Program_options behind it).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"

namespace sparsweep::cli {

// Which command `arguments` (without the program's name) call, wherever its name stands among the
// options: its index, or arguments.size() when there is none. `options` are those that may stand in
// front of it.
[[nodiscard]] size_t FindCommandName(const std::vector<std::string>& arguments,
                                     const std::vector<OptionSpec>& options);

// `arguments` without program and command name. INVALID_ARGUMENT names the option, the nearest
// known one or what is missing.
[[nodiscard]] absl::StatusOr<Invocation> ParseInvocation(const Command& command,
                                                         const std::vector<std::string>& arguments);

// "sparsweep COMMAND --help".
[[nodiscard]] std::string CommandHelp(const Command& command);
// "sparsweep --help".
[[nodiscard]] std::string ProgramHelp(const std::vector<Command>& commands);

}  // namespace sparsweep::cli
