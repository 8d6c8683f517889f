// The worker's command line and environment.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "base/logging.h"

namespace sparsweep::worker {

struct Options {
  std::string coordinator;            // "unix:/path" or "host:port"
  std::string name;                   // default: the host's name
  std::string directory;              // default: .sparsweep
  std::optional<uint32_t> cpu_slots;  // default: see slot_inventory.h
  bool use_gpus = true;
  std::optional<std::string> rank_address;  // see worker_daemon.h
  std::chrono::seconds hang_timeout{300};   // how long a rank may keep the others waiting
  std::string trainer;                      // default: sparsweep-trainer beside this program
  bool exit_on_stdin_eof = false;
  base::LogLevel log_level = base::LogLevel::kInfo;
  base::LogFormat log_format = base::LogFormat::kLogfmt;
};

// Flag > environment (SPARSWEEP_COORDINATOR for --coordinator, …) > default. nullopt: --help or
// --version has been answered on `out`. INVALID_ARGUMENT names the flag, the value and the remedy.
[[nodiscard]] absl::StatusOr<std::optional<Options>> ParseOptions(int argc, const char* const* argv,
                                                                  std::ostream& out);

}  // namespace sparsweep::worker
