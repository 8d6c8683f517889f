#include "worker/process_identity.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/file.h"

namespace sparsweep::worker {
namespace {

constexpr size_t kStartTimeField = 19;  // counted from the state, the first one after the name
constexpr uint64_t kStatLimit = 4096;

}  // namespace

std::optional<ProcessIdentity> IdentifyProcess(pid_t pid) {
  const auto stat = base::ReadFile("/proc/" + std::to_string(pid) + "/stat", kStatLimit);
  if (!stat.ok()) return std::nullopt;
  // The name stands in parentheses and may hold spaces and parentheses itself.
  const size_t name_end = stat->rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= stat->size()) return std::nullopt;
  const std::vector<std::string> fields = absl::StrSplit(stat->substr(name_end + 2), ' ');
  ProcessIdentity identity{.pid = pid};
  if (fields.size() <= kStartTimeField ||
      !absl::SimpleAtoi(fields[kStartTimeField], &identity.start_time)) {
    return std::nullopt;
  }
  return identity;
}

bool EndProcess(const ProcessIdentity& process, int seconds) {
  // The descriptor first: what it refers to cannot change between the comparison and the kill.
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0));
  if (pidfd < 0) return true;
  bool gone = true;
  if (IdentifyProcess(process.pid) == process) {
    if (getpgid(process.pid) == process.pid) kill(-process.pid, SIGKILL);
    syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0);
    pollfd ended{.fd = pidfd, .events = POLLIN, .revents = 0};
    gone = poll(&ended, 1, seconds * 1000) > 0;
  }
  close(pidfd);
  return gone;
}

}  // namespace sparsweep::worker
