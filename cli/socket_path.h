// Where the embedded coordinator's socket lies.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace sparsweep::cli {

// DIR/run/coordinator.sock; where that is longer than a socket's address may be (107 bytes), a path
// in a folder of this user (0700) under XDG_RUNTIME_DIR or /tmp whose name comes from DIR.
// `data_directory` is absolute. FAILED_PRECONDITION when that folder belongs to somebody else.
[[nodiscard]] absl::StatusOr<std::string> SocketPath(const std::string& data_directory);

}  // namespace sparsweep::cli
