#include "cli/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "base/status.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

constexpr int kStopPollMs = 50;

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& command, const std::string& log) {
  rename(log.c_str(), (log + ".previous").c_str());
  const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) return base::ErrnoStatus(errno, absl::StrCat("cannot write ", log));
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
    const int error = errno;
    close(log_file);
    return base::ErrnoStatus(error, "cannot make a pipe");
  }

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, log_file, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, log_file, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);

  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(pipe_ends[0]);
  close(log_file);
  if (error != 0) {
    close(pipe_ends[1]);
    return base::ErrnoStatus(error, absl::StrCat("cannot start ", command[0]));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, pipe_ends[1]));
}

ChildProcess::~ChildProcess() {
  Stop(std::chrono::milliseconds(0));
  close(stdin_write_);
}

std::optional<ChildEnd> ChildProcess::HowItEnded() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  if (!status_) return std::nullopt;
  if (WIFSIGNALED(*status_)) {
    const int signal = WTERMSIG(*status_);
    return ChildEnd{128 + signal, fmt::format("signal {} ({})", signal, strsignal(signal))};
  }
  const int code = WEXITSTATUS(*status_);
  return ChildEnd{code, fmt::format("exit code {}", code)};
}

bool ChildProcess::Stop(std::chrono::milliseconds grace, const std::function<bool()>& hurry) {
  if (HowItEnded()) return true;
  // Not reaped yet, so the pid is still this child's.
  if (grace.count() > 0) kill(pid_, SIGTERM);
  pollfd ended{static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)), POLLIN, 0};
  const auto limit = std::chrono::steady_clock::now() + grace;
  while (poll(&ended, 1, kStopPollMs) <= 0) {
    if (std::chrono::steady_clock::now() >= limit || (hurry && hurry())) {
      kill(-pid_, SIGKILL);
      break;
    }
  }
  const bool by_itself = ended.revents != 0;
  if (ended.fd >= 0) close(ended.fd);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = status;
  return by_itself;
}

}  // namespace sparsweep::cli
