// Where the ranks of an attempt meet. What they say there is plain and unauthenticated.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace sparsweep::worker {

inline constexpr char kDefaultRankAddress[] = "127.0.0.1";

// "ADDRESS:PORT" ("[ADDRESS]:PORT" for IPv6) with a port that is free there now: nothing holds it
// until rank 0 listens on it, and an attempt that finds it taken fails and is tried again.
// INVALID_ARGUMENT when `address` is not the number of an address of this host.
[[nodiscard]] absl::StatusOr<std::string> FreeRendezvous(const std::string& address);

}  // namespace sparsweep::worker
