#include "store/file_bytes.h"

#include <sys/stat.h>

namespace sparsweep::store {

uint64_t FileBytes(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
}

std::string WalPath(const std::string& database_path) { return database_path + "-wal"; }

}  // namespace sparsweep::store
