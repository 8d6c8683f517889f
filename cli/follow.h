// Watching a sweep until it ends.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "cli/output/progress_view.h"
#include "cli/progress.h"
#include "cli/stop_signals.h"

namespace sparsweep::cli {

enum class FollowEnd { kSweepEnded, kStopped, kTimedOut };

struct FollowOptions {
  std::optional<std::chrono::milliseconds> timeout;  // of the whole; none: as long as it takes
  std::function<absl::Status()> alive;               // may be empty; its error ends it
};

// Polls about three times a second and shows each state on `view`; `last` is what was seen last. A
// coordinator that does not answer is waited for, for half a minute (it may be on its way back).
[[nodiscard]] absl::StatusOr<FollowEnd> Follow(Client* client, const std::string& sweep,
                                               ProgressView* view, StopSignals* signals,
                                               const FollowOptions& options, Progress* last);

}  // namespace sparsweep::cli
