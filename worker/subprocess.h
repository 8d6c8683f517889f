// A child process in its own process group that never outlives this one.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::worker {

// How a process ended: exactly one of the two is meaningful.
struct ExitStatus {
  int exit_code = 0;
  int signal = 0;  // 0 = it exited

  [[nodiscard]] int ShellCode() const { return signal != 0 ? 128 + signal : exit_code; }
};

// Owned by whoever started it; loop thread. The destructor kills what still runs and reaps it.
//
// The kernel kills the child when the THREAD that started it ends (PR_SET_PDEATHSIG), so Start must
// be called on a thread that lives as long as the process: the loop's, which is main's. The write
// end of the child's standard input is kept open here and closes with this process: a second sign.
class Subprocess {
 public:
  struct Options {
    std::vector<std::string> argv;         // argv[0] is the path of the program
    std::vector<std::string> environment;  // "NAME=value", in place of or added to our own
    std::string working_directory;         // empty = ours
    std::string stdout_path, stderr_path;  // appended to, created 0644
  };

  // Returns once the program has been executed: NOT_FOUND, PERMISSION_DENIED, … name the program or
  // the file. No descriptor but 0, 1 and 2 reaches the child.
  static absl::StatusOr<std::unique_ptr<Subprocess>> Start(const Options& options);
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Readable once the child has ended. For EventLoop::Watch; unwatch it before this object goes.
  [[nodiscard]] int pidfd() const { return pidfd_; }

  // To the whole group. Does nothing once the child is reaped.
  void SignalGroup(int signal);

  // The child reads the end of its standard input.
  void CloseStdin();

  // The child has ended by now and waits to be reaped, or is.
  [[nodiscard]] bool HasEnded() const;

  // The status once the child has ended, nullopt before. What is left of its group is killed before
  // the group's number can be used again.
  [[nodiscard]] std::optional<ExitStatus> TryReap();

 private:
  Subprocess(pid_t pid, int pidfd, int stdin_write)
      : pid_(pid), pidfd_(pidfd), stdin_write_(stdin_write) {}

  pid_t pid_;
  int pidfd_;
  int stdin_write_;
  std::optional<ExitStatus> status_;
};

}  // namespace sparsweep::worker
