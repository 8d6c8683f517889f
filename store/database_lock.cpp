#include "store/database_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

#include "base/file.h"
#include "base/status.h"
#include "store/query.h"

namespace sparsweep::store {

std::string DescribeHolder(const std::string& program) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  return absl::StrCat(program, ", pid ", getpid(), " on ", host);
}

absl::StatusOr<std::unique_ptr<DatabaseLock>> DatabaseLock::Acquire(
    const std::string& database_path, const std::string& holder) {
  const std::string path = absl::StrCat(database_path, ".lock");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return base::ErrnoStatus(errno, absl::StrCat("cannot open ", path));
  std::unique_ptr<DatabaseLock> lock(new DatabaseLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return base::ErrnoStatus(errno, absl::StrCat("cannot lock ", path));
    const std::string other = base::ReadFile(path, 1024).value_or("");
    return absl::FailedPreconditionError(
        absl::StrCat(database_path, ": held by ", other.empty() ? "another process" : other,
                     "; use that coordinator, stop it, or choose another folder"));
  }
  // Only for the message above: a full disk must not keep a coordinator from starting.
  if (ftruncate(fd, 0) != 0 || pwrite(fd, holder.data(), holder.size(), 0) < 0) {
    static_cast<void>(ftruncate(fd, 0));
  }
  return lock;
}

DatabaseLock::~DatabaseLock() { close(fd_); }

absl::StatusOr<int64_t> TakeGeneration(Database& database, const std::string& holder) {
  Query query(database, "UPDATE generation SET number = number + 1, holder = ? RETURNING number",
              holder);
  const bool found = query.Next();
  if (!query.status().ok()) return query.status();
  if (!found) return absl::DataLossError(absl::StrCat(database.path(), ": no row in generation"));
  const int64_t number = query.Int(0);
  absl::Status done = query.Run();
  if (!done.ok()) return done;
  return number;
}

absl::Status CheckGeneration(Database& database, int64_t generation) {
  Query query(database, "SELECT number, holder FROM generation");
  const bool found = query.Next();
  if (!query.status().ok()) return query.status();
  if (found && query.Int(0) == generation) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(database.path(), ": taken over by ",
                                                    found ? query.Text(1) : "another process",
                                                    "; this coordinator must end"));
}

}  // namespace sparsweep::store
