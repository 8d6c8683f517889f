#include "pruning_core/model_io/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace sparsweep::core {
namespace {

[[noreturn]] void Fail(const char* doing, const std::string& path) {
  throw std::system_error(errno, std::generic_category(), std::string(doing) + " " + path);
}

}  // namespace

void SyncDirectoryOf(const std::string& path) {
  std::filesystem::path directory = std::filesystem::path(path).parent_path();
  if (directory.empty()) directory = ".";
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) Fail("opening", directory);
  const bool synced = fsync(descriptor) == 0;
  const int error = errno;
  close(descriptor);
  errno = error;
  if (!synced) Fail("syncing", directory);
}

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), partial_(path_ + ".partial") {
  descriptor_ = open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor_ < 0) Fail("creating", partial_);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(partial_.c_str());
}

void AtomicFile::Write(const void* bytes, size_t size) {
  const auto* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = write(descriptor_, from, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Fail("writing", partial_);
    from += written;
    size -= static_cast<size_t>(written);
    written_ += written;
  }
  BeginWriteback();
}

void AtomicFile::BeginWriteback() {
  constexpr int64_t kPart = int64_t{8} << 20;
  if (written_ - on_its_way_ < kPart) return;
  // Advice: where a file system does not take it, fsync() does all.
  (void)sync_file_range(descriptor_, on_its_way_, written_ - on_its_way_, SYNC_FILE_RANGE_WRITE);
  on_its_way_ = written_;
}

void AtomicFile::Commit() {
  if (fsync(descriptor_) != 0) Fail("syncing", partial_);
  if (rename(partial_.c_str(), path_.c_str()) != 0) Fail("renaming", partial_);
  close(std::exchange(descriptor_, -1));
  SyncDirectoryOf(path_);
}

}  // namespace sparsweep::core
