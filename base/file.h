// Files of a few bytes to a few megabytes that must be whole or absent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sparsweep::base {

// Writes aside (path + ".partial"), syncs, renames, syncs the folder. mode as for open(2).
[[nodiscard]] absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes,
                                               unsigned mode = 0644);

// The whole file; RESOURCE_EXHAUSTED when it is longer than `limit` bytes.
[[nodiscard]] absl::StatusOr<std::string> ReadFile(const std::string& path, uint64_t limit);

}  // namespace sparsweep::base
