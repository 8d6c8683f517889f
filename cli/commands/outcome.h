// What `run` and `submit --wait` say once a sweep has ended.
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/progress.h"

namespace sparsweep::cli {

// The front, failed trials with their reasons (stderr), where the files lie, and what to try next.
// `data_directory` is empty for a coordinator elsewhere; `where` is the option that leads there
// (" --data DIR", " --server ADDR" or ""). Returns the exit code: 0 when every trial succeeded.
[[nodiscard]] int PrintOutcome(const Progress& progress, const std::string& data_directory,
                               const std::string& where, OutputFormat output,
                               const Console& console);

// " --data DIR" or " --server ADDR" as a shell takes it, for the commands shown; empty for the
// default directory.
[[nodiscard]] std::string WhereOption(const Invocation& invocation);

// In single quotes where a shell would not take it as it is.
[[nodiscard]] std::string ShellQuoted(const std::string& word);

}  // namespace sparsweep::cli
