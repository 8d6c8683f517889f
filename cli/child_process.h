// A daemon that this command starts and that ends with it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::cli {

struct ChildEnd {
  int exit_code;     // as a shell has it: 128 + signal
  std::string text;  // "exit code 1", "signal 9 (Killed)"
};

// Owned by LocalCluster. Main thread. The child's stdin is a pipe whose other end only this process
// holds: when this process is gone, however that came, the child reads its end and stops
// (--exit-on-stdin-eof). It has its own process group, so that Ctrl-C in the terminal reaches only
// this process. Destroying it kills what still runs.
class ChildProcess {
 public:
  // stdout and stderr go to `log`; the one before it is kept as `log`.previous. NOT_FOUND,
  // PERMISSION_DENIED and so on name the program.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& command, const std::string& log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  [[nodiscard]] std::optional<ChildEnd> HowItEnded();

  // SIGTERM, then SIGKILL when `grace` is over or `hurry` (may be empty, asked often) says so;
  // returns once it is gone. True: it ended by itself.
  bool Stop(std::chrono::milliseconds grace, const std::function<bool()>& hurry = {});

 private:
  ChildProcess(pid_t pid, int stdin_write) : pid_(pid), stdin_write_(stdin_write) {}

  pid_t pid_;
  int stdin_write_;
  std::optional<int> status_;  // of waitpid, once it has ended
};

}  // namespace sparsweep::cli
