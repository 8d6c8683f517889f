// Random identifiers: request ids, worker instances, page tokens.
#pragma once

#include <string>

namespace sparsweep::base {

// UUID version 4, from the system's random source. Thread-safe.
[[nodiscard]] std::string NewUuid();

// 32 random bytes as 64 hex digits: bearer token of a run.
[[nodiscard]] std::string NewToken();

}  // namespace sparsweep::base
