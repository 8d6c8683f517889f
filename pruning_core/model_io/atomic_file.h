// A file that appears under its name only when it is complete and on disk.
#pragma once

#include <cstddef>
#include <string>

namespace sparsweep::core {

// Writes to PATH.partial; Commit() syncs, renames and syncs the directory. Destroyed without
// Commit(), it removes what it wrote. One writer a path. Every method throws std::system_error when
// the disk refuses.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void Write(const void* bytes, size_t size);
  void Commit();

 private:
  std::string path_;
  std::string partial_;
  int descriptor_ = -1;
};

// Syncs the folder that `path` lies in, so that a rename in it survives a crash. Throws
// std::system_error.
void SyncDirectoryOf(const std::string& path);

}  // namespace sparsweep::core
