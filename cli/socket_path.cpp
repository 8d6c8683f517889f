#include "cli/socket_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "base/sha256.h"
#include "base/status.h"

namespace sparsweep::cli {
namespace {

constexpr size_t kMaxBytes = 107;  // sockaddr_un::sun_path without its end

}  // namespace

absl::StatusOr<std::string> SocketPath(const std::string& data_directory) {
  const std::string path = data_directory + "/run/coordinator.sock";
  if (path.size() <= kMaxBytes) return path;

  const std::string name = base::Sha256Hex(data_directory).substr(0, 16);
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  std::string folder = absl::StrCat(runtime == nullptr ? "" : runtime, "/sparsweep-", name);
  if (runtime == nullptr || *runtime != '/' || folder.size() + 17 > kMaxBytes ||
      access(runtime, W_OK) != 0) {
    folder = absl::StrCat("/tmp/sparsweep-", getuid(), "-", name);
  }
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return base::ErrnoStatus(errno, absl::StrCat("cannot create ", folder));
  }
  struct stat found {};
  if (lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != getuid() ||
      (found.st_mode & 0077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        folder, ": not a folder of this user alone; remove it, or give a shorter --data"));
  }
  return folder + "/coordinator.sock";
}

}  // namespace sparsweep::cli
