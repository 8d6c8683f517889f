#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"

namespace sparsweep::store {

// "sparsweep-coordinator, pid 4711 on host".
[[nodiscard]] std::string DescribeHolder(const std::string& program);

// Keeps a database for one process: flock on a file beside it, held until destroyed or the process
// ends, however it ends. Any thread.
class DatabaseLock {
 public:
  // FAILED_PRECONDITION names who holds it, as that process described itself.
  static absl::StatusOr<std::unique_ptr<DatabaseLock>> Acquire(const std::string& database_path,
                                                               const std::string& holder);
  ~DatabaseLock();
  DatabaseLock(const DatabaseLock&) = delete;
  DatabaseLock& operator=(const DatabaseLock&) = delete;

 private:
  explicit DatabaseLock(int fd) : fd_(fd) {}
  int fd_;
};

// The second guard, where flock is not one (network file systems, a copied folder): each opening
// takes the next generation, and a transaction under an older one must not commit.
[[nodiscard]] absl::StatusOr<int64_t> TakeGeneration(Database& database, const std::string& holder);
// FAILED_PRECONDITION names who took over.
[[nodiscard]] absl::Status CheckGeneration(Database& database, int64_t generation);

}  // namespace sparsweep::store
