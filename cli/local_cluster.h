// The embedded default: a coordinator and a worker of our own on a data directory.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/child_process.h"
#include "cli/stop_signals.h"

namespace sparsweep::cli {

struct WorkerOptions {
  unsigned cpu_slots = 1;
  bool gpu = false;     // offer GPUs besides
  std::string trainer;  // empty: the worker's own choice
};

// Owned by a command. Main thread. The daemons end with this object, and with this process however
// it ends.
class LocalCluster {
 public:
  // A coordinator that serves on `data_directory` (absolute; created with mode 0700), its log in
  // DIR/run/coordinator.log. FAILED_PRECONDITION where another one holds the directory. `signals`
  // (borrowed, may be null) cuts the waiting short: CANCELLED.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<LocalCluster>> Start(
      const std::string& data_directory, StopSignals* signals);
  ~LocalCluster();
  LocalCluster(const LocalCluster&) = delete;
  LocalCluster& operator=(const LocalCluster&) = delete;

  [[nodiscard]] absl::Status StartWorker(const WorkerOptions& options);

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] const std::string& page() const { return page_; }

  // OK while everything that was started runs; else how it ended and the last lines of its log:
  // FAILED_PRECONDITION, UNAVAILABLE where it says so by its exit code, else INTERNAL.
  [[nodiscard]] absl::Status Check();

  // The worker first, so that its trainers write checkpoints and report; then the coordinator. One
  // more signal kills them.
  void Stop();

 private:
  LocalCluster(std::string data_directory, StopSignals* signals)
      : data_directory_(std::move(data_directory)), signals_(signals) {}

  [[nodiscard]] absl::Status WaitUntilServing();
  [[nodiscard]] std::string LogFile(const std::string& program) const;

  std::string data_directory_;
  StopSignals* signals_;
  std::string address_;
  std::string page_;
  std::unique_ptr<ChildProcess> coordinator_;
  std::unique_ptr<ChildProcess> worker_;
};

// The last lines of a log that say why (at most `lines`), joined by " | "; empty for an empty or
// absent file.
[[nodiscard]] std::string LastLines(const std::string& file, size_t lines);

}  // namespace sparsweep::cli
