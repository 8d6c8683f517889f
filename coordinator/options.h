// Command line of sparsweep-coordinator.
#pragma once

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/logging.h"

namespace sparsweep::coordinator {

struct Options {
  std::string data;                 // absolute
  std::vector<std::string> listen;  // not empty
  std::string http = "127.0.0.1:0";
  std::string http_token_file;  // empty: a new token each run
  std::string endpoint_file;    // absolute
  std::chrono::nanoseconds lease_duration{std::chrono::seconds(60)};
  bool insecure = false;
  bool exit_on_stdin_eof = false;
  base::LogLevel log_level = base::LogLevel::kInfo;
  base::LogFormat log_format = base::LogFormat::kLogfmt;
};

// Command line before environment (SPARSWEEP_HTTP_TOKEN_FILE for --http-token-file) before
// defaults. nullopt: --help or --version was written to `out`. INVALID_ARGUMENT in one line names
// the option, its value and the remedy.
[[nodiscard]] absl::StatusOr<std::optional<Options>> ParseOptions(int argc, const char* const* argv,
                                                                  std::ostream& out);

}  // namespace sparsweep::coordinator
