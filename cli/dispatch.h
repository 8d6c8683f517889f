// The program without its process: what main calls and tests call.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace sparsweep::cli {

// Every command in the order of --help.
[[nodiscard]] const std::vector<Command>& Commands();

// Parses, runs, and returns the exit code. `arguments` are argv without the program's name.
[[nodiscard]] int Dispatch(const std::vector<std::string>& arguments, const Console& console);

}  // namespace sparsweep::cli
