// Statuses that carry what google.rpc.ErrorInfo carries: a reason and metadata.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace sparsweep::base {

// What AIP-193 calls ErrorInfo; the domain is always "sparsweep".
struct ErrorReason {
  std::string reason;  // UPPER_SNAKE_CASE: STALE_ATTEMPT, SWEEP_NAME_TAKEN, …
  std::map<std::string, std::string> metadata;  // field, value, line, column, file, …
};

// The status with the reason attached (as a payload); rpc/errors puts it on the wire and takes it
// off.
[[nodiscard]] absl::Status WithReason(absl::Status status, const ErrorReason& reason);
// Empty reason when none is attached.
[[nodiscard]] ErrorReason ReasonOf(const absl::Status& status);

// An errno as a status: "what: strerror", ENOSPC and EDQUOT → RESOURCE_EXHAUSTED, ENOENT →
// NOT_FOUND, EACCES, EPERM, EROFS → PERMISSION_DENIED, EADDRINUSE → ALREADY_EXISTS, EEXIST →
// ALREADY_EXISTS, else UNAVAILABLE.
[[nodiscard]] absl::Status ErrnoStatus(int error_number, std::string_view what);

}  // namespace sparsweep::base
