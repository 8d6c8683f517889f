// Looks at a listening address before gRPC does, which would report little and take over the socket
// file of a live process.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace sparsweep::base::rpc {

// OK when a server can listen on `address` ("unix:/path" or "host:port") now. Removes the socket
// file of a dead process. UNAVAILABLE/ADDRESS_IN_USE; INVALID_ARGUMENT when the address is
// malformed or is not loopback and `insecure` is false; else the system's error. Blocks for a name
// lookup.
[[nodiscard]] absl::Status PrepareToListen(const std::string& address, bool insecure);

}  // namespace sparsweep::base::rpc
