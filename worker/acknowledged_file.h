// The last sequence of an attempt that the coordinator has on disk, in the attempt's folder.
#pragma once

#include <cstdint>
#include <string>

namespace sparsweep::worker {

// Not synced: losing it only means that events are sent again, and the coordinator ignores those it
// has. Errors are ignored for the same reason.
class AcknowledgedFile {
 public:
  explicit AcknowledgedFile(std::string path) : path_(std::move(path)) {}
  ~AcknowledgedFile();
  AcknowledgedFile(const AcknowledgedFile&) = delete;
  AcknowledgedFile& operator=(const AcknowledgedFile&) = delete;

  [[nodiscard]] uint64_t Read() const;  // 0 when nothing is remembered
  void Write(uint64_t sequence);

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace sparsweep::worker
