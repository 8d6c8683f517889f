// Who serves a data directory: the coordinator that holds it, or one of ours.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/local_cluster.h"
#include "cli/stop_signals.h"

namespace sparsweep::cli {

struct Attached {
  std::string address;
  std::string page;                       // URL; may be empty
  std::unique_ptr<LocalCluster> cluster;  // null: somebody else's coordinator

  [[nodiscard]] bool is_ours() const { return cluster != nullptr; }
};

// A coordinator that holds the directory and does not serve may be about to (another command that
// was started at the same time) or about to end: it gets ten seconds. `signals` may be null.
[[nodiscard]] absl::StatusOr<Attached> AttachOrStart(const std::string& data_directory,
                                                     StopSignals* signals);

}  // namespace sparsweep::cli
