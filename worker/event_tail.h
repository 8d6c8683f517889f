// Reads an events.jsonl while a trainer appends to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "contract/trainer_event.h"

namespace sparsweep::worker {

struct TailedEvent {
  contract::TrainerEvent event;
  std::string line;  // as written, without the newline
};

// Owned by the attempt's reporter. Any one thread; reads block for what the page cache holds.
class EventTail {
 public:
  explicit EventTail(std::string path) : path_(std::move(path)) {}
  ~EventTail();
  EventTail(const EventTail&) = delete;
  EventTail& operator=(const EventTail&) = delete;

  static constexpr size_t kMaxEvents = 500;
  static constexpr size_t kMaxBytes = 1 << 20;

  // The next whole lines, in order: at most kMaxEvents, and no more than kMaxBytes unless the first
  // alone is longer. Empty when there is nothing new; a last line without a newline waits until it
  // is whole, and a file that is not there yet is empty. INVALID_ARGUMENT, again at each further
  // call, when a line is no event or its sequence does not follow: the events before it have been
  // handed out.
  [[nodiscard]] absl::StatusOr<std::vector<TailedEvent>> Next();

 private:
  [[nodiscard]] absl::Status Fill();

  std::string path_;
  int fd_ = -1;
  std::string buffer_;  // read, not yet handed out
  uint64_t last_sequence_ = 0;
};

}  // namespace sparsweep::worker
