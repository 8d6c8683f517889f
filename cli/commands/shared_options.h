// Options that several commands have.
#pragma once

#include "cli/command.h"

namespace sparsweep::cli {

inline constexpr OptionSpec kServerOption{
    "server",           "ADDR", "coordinator: host:port or unix:/path/to.sock",
    "SPARSWEEP_SERVER", 0,      "data"};
inline constexpr OptionSpec kDataOption{
    "data",           "DIR", "data directory of `sparsweep run` (default .sparsweep)",
    "SPARSWEEP_DATA", 0,     "server"};
inline constexpr OptionSpec kTimeoutOption{"timeout", "SECONDS",
                                           "longest a call may take (default 30)"};
inline constexpr OptionSpec kWaitTimeoutOption{"timeout", "SECONDS",
                                               "longest the whole may take (default: no limit)"};
inline constexpr OptionSpec kOutputOption{"output", "FORMAT", "table, json or csv", {}, 'o'};
inline constexpr OptionSpec kHelpOption{"help", "", "this text", {}, 'h'};

}  // namespace sparsweep::cli
