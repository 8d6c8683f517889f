// endpoint.json: what the coordinator that holds a data directory says of itself.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace sparsweep::cli {

struct Endpoint {
  pid_t pid = 0;
  std::string address;  // the first gRPC address: "unix:/…" or "host:port"
  std::string page;     // URL with the run's token; may be empty
};

// INVALID_ARGUMENT when it is not such an object.
[[nodiscard]] absl::StatusOr<Endpoint> ParseEndpoint(std::string_view json);

// That of DIR/endpoint.json. NOT_FOUND when there is none; UNAVAILABLE when its process is gone
// (the file of a coordinator that was killed) or it is not readable.
[[nodiscard]] absl::StatusOr<Endpoint> LiveEndpoint(const std::string& data_directory);

}  // namespace sparsweep::cli
