#include "worker/subprocess.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "base/status.h"

extern char** environ;

namespace sparsweep::worker {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd) {
    Close();
    fd_ = fd;
  }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

bool OpenPipe(Descriptor* read_end, Descriptor* write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  read_end->Reset(ends[0]);
  write_end->Reset(ends[1]);
  return true;
}

int OpenLog(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

// Everything the child needs, made before the fork: after it only async-signal-safe calls are
// allowed, because other threads of the parent may hold any lock.
struct ChildPlan {
  const char* program;
  char* const* argv;
  char* const* envp;
  const char* working_directory;  // nullptr = stay
  int stdin_fd, stdout_fd, stderr_fd;
  int error_fd;
  pid_t parent;
};

[[noreturn]] void RunChild(const ChildPlan& plan) {
  const auto fail = [&plan] {
    const int error = errno;
    [[maybe_unused]] const ssize_t written = write(plan.error_fd, &error, sizeof error);
    _exit(127);
  };
  // Ignored signals (gRPC ignores SIGPIPE) would stay ignored in the new program.
  for (const int number : {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (setpgid(0, 0) != 0) fail();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail();
  if (getppid() != plan.parent) _exit(127);  // it died before the line above
  if (plan.working_directory != nullptr && chdir(plan.working_directory) != 0) fail();
  if (dup2(plan.stdin_fd, STDIN_FILENO) < 0 || dup2(plan.stdout_fd, STDOUT_FILENO) < 0 ||
      dup2(plan.stderr_fd, STDERR_FILENO) < 0) {
    fail();
  }
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  execve(plan.program, plan.argv, plan.envp);
  fail();
  _exit(127);
}

std::vector<std::string> Environment(const std::vector<std::string>& overrides) {
  std::vector<std::string> result = overrides;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    bool replaced = false;
    for (const std::string& override : overrides) replaced |= override.starts_with(name);
    if (!replaced) result.emplace_back(variable);
  }
  return result;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Subprocess>> Subprocess::Start(const Options& options) {
  const std::string& program = options.argv.at(0);
  Descriptor out(OpenLog(options.stdout_path));
  if (out.get() < 0) return base::ErrnoStatus(errno, options.stdout_path);
  Descriptor err(OpenLog(options.stderr_path));
  if (err.get() < 0) return base::ErrnoStatus(errno, options.stderr_path);
  Descriptor stdin_read, stdin_write, error_read, error_write;
  if (!OpenPipe(&stdin_read, &stdin_write) || !OpenPipe(&error_read, &error_write)) {
    return base::ErrnoStatus(errno, "pipe");
  }
  std::vector<std::string> arguments = options.argv;
  std::vector<std::string> environment = Environment(options.environment);
  const std::vector<char*> argv = Pointers(arguments);
  const std::vector<char*> envp = Pointers(environment);
  const ChildPlan plan{.program = program.c_str(),
                       .argv = argv.data(),
                       .envp = envp.data(),
                       .working_directory = options.working_directory.empty()
                                                ? nullptr
                                                : options.working_directory.c_str(),
                       .stdin_fd = stdin_read.get(),
                       .stdout_fd = out.get(),
                       .stderr_fd = err.get(),
                       .error_fd = error_write.get(),
                       .parent = getpid()};

  const pid_t pid = fork();
  if (pid < 0) return base::ErrnoStatus(errno, "fork");
  if (pid == 0) RunChild(plan);
  // glibc 2.36's <sys/pidfd.h> has no extern "C".
  Descriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  const int pidfd_error = errno;
  error_write.Close();
  int child_error = 0;
  ssize_t got = 0;
  do {
    got = read(error_read.get(), &child_error, sizeof child_error);
  } while (got < 0 && errno == EINTR);
  if (got != 0 || pidfd.get() < 0) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return got != 0 ? base::ErrnoStatus(child_error, program)
                    : base::ErrnoStatus(pidfd_error, "pidfd_open");
  }
  return std::unique_ptr<Subprocess>(new Subprocess(pid, pidfd.Release(), stdin_write.Release()));
}

Subprocess::~Subprocess() {
  if (!status_.has_value()) {
    SignalGroup(SIGKILL);
    pollfd ended{.fd = pidfd_, .events = POLLIN, .revents = 0};
    while (poll(&ended, 1, -1) < 0 && errno == EINTR) {
    }
    (void)TryReap();
  }
  close(pidfd_);
  CloseStdin();
}

void Subprocess::SignalGroup(int signal) {
  if (!status_.has_value()) kill(-pid_, signal);
}

void Subprocess::CloseStdin() {
  if (stdin_write_ >= 0) close(std::exchange(stdin_write_, -1));
}

bool Subprocess::HasEnded() const {
  if (status_.has_value()) return true;
  siginfo_t info{};
  // WNOWAIT: while the leader is a zombie its group's number is not given to anybody else.
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid != 0;
}

std::optional<ExitStatus> Subprocess::TryReap() {
  if (status_.has_value()) return status_;
  if (!HasEnded()) return std::nullopt;
  siginfo_t info{};
  kill(-pid_, SIGKILL);
  waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG);
  status_ = info.si_code == CLD_EXITED ? ExitStatus{.exit_code = info.si_status}
                                       : ExitStatus{.signal = info.si_status};
  return status_;
}

}  // namespace sparsweep::worker
