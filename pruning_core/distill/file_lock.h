// One process at a time.
#pragma once

#include <functional>
#include <string>

namespace sparsweep::core {

// An advisory lock (flock) on a file that is made for it and stays. Given back by the destructor,
// and by the kernel when the process ends in any way.
class FileLock {
 public:
  // Throws std::system_error when the file cannot be opened.
  explicit FileLock(const std::string& path);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  // Waits, asking `give_up` every now and then. False when told to give up.
  [[nodiscard]] bool Acquire(const std::function<bool()>& give_up);

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace sparsweep::core
