// A file that appears under its name only when it is complete and on disk.
#pragma once

#include <cstddef>
#include <cstdint>
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

  // The disk begins while more is written, so that Commit() waits for the rest only.
  void Write(const void* bytes, size_t size);
  void Commit();

 private:
  void BeginWriteback();

  std::string path_;
  std::string partial_;
  int descriptor_ = -1;
  int64_t written_ = 0;     // bytes
  int64_t on_its_way_ = 0;  // of them, those that the disk was told to take
};

// Syncs the folder that `path` lies in, so that a rename in it survives a crash. Throws
// std::system_error.
void SyncDirectoryOf(const std::string& path);

}  // namespace sparsweep::core
