#include "pruning_core/distill/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace sparsweep::core {
namespace {

constexpr std::chrono::milliseconds kPause{20};

}  // namespace

FileLock::FileLock(const std::string& path) : path_(path) {
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "opening " + path);
}

FileLock::~FileLock() { close(descriptor_); }

bool FileLock::Acquire(const std::function<bool()>& give_up) {
  while (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "locking " + path_);
    }
    if (give_up()) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace sparsweep::core
