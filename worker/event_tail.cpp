#include "worker/event_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace sparsweep::worker {
namespace {

constexpr size_t kReadBytes = 64 << 10;

}  // namespace

EventTail::~EventTail() {
  if (fd_ >= 0) close(fd_);
}

absl::Status EventTail::Fill() {
  if (fd_ < 0) {
    fd_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) return errno == ENOENT ? absl::OkStatus() : base::ErrnoStatus(errno, path_);
  }
  // One line more than a batch may hold is enough.
  while (buffer_.size() <= 2 * kMaxBytes) {
    const size_t before = buffer_.size();
    buffer_.resize(before + kReadBytes);
    const ssize_t got = read(fd_, buffer_.data() + before, kReadBytes);
    buffer_.resize(before + (got > 0 ? static_cast<size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::ErrnoStatus(errno, path_);
    if (got == 0) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<TailedEvent>> EventTail::Next() {
  if (absl::Status filled = Fill(); !filled.ok()) return filled;
  std::vector<TailedEvent> batch;
  absl::Status bad;
  size_t used = 0;
  while (batch.size() < kMaxEvents) {
    const size_t newline = buffer_.find('\n', used);
    if (newline == std::string::npos) {
      if (buffer_.size() - used > kMaxBytes) {
        bad = absl::InvalidArgumentError(absl::StrCat(path_, ": a line longer than 1 MiB"));
      }
      break;
    }
    if (!batch.empty() && newline > kMaxBytes) break;
    const std::string_view line(buffer_.data() + used, newline - used);
    absl::StatusOr<contract::TrainerEvent> event = contract::ParseTrainerEvent(line);
    if (!event.ok()) {
      bad = absl::InvalidArgumentError(
          absl::StrCat(path_, ": after event ", last_sequence_, ": ", event.status().message()));
      break;
    }
    if (event->sequence != last_sequence_ + 1) {
      bad = absl::InvalidArgumentError(
          absl::StrCat(path_, ": event ", event->sequence, " follows event ", last_sequence_));
      break;
    }
    last_sequence_ = event->sequence;
    batch.push_back({*std::move(event), std::string(line)});
    used = newline + 1;
  }
  buffer_.erase(0, used);
  if (batch.empty() && !bad.ok()) return bad;
  return batch;
}

}  // namespace sparsweep::worker
