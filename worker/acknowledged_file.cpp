#include "worker/acknowledged_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/file.h"

namespace sparsweep::worker {

AcknowledgedFile::~AcknowledgedFile() {
  if (fd_ >= 0) close(fd_);
}

uint64_t AcknowledgedFile::Read() const {
  uint64_t sequence = 0;
  const auto text = base::ReadFile(path_, 64);
  return text.ok() && absl::SimpleAtoi(*text, &sequence) ? sequence : 0;
}

void AcknowledgedFile::Write(uint64_t sequence) {
  if (fd_ < 0) fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  // One width, so that a newer number covers the older one.
  const std::string text = absl::StrFormat("%020d\n", sequence);
  [[maybe_unused]] const ssize_t written = pwrite(fd_, text.data(), text.size(), 0);
}

}  // namespace sparsweep::worker
