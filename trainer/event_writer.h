// events.jsonl of one attempt.
#pragma once

#include <cstdint>
#include <string>

#include "contract/trainer_event.h"

namespace sparsweep::trainer {

// Appends one line an event, each with one write(2), so that whoever follows the file sees whole
// lines; sequence 1, 2, … without a gap. Owned by the train command; one thread.
class EventWriter {
 public:
  // Creates DIRECTORY/events.jsonl. Throws core::UserError (DIRECTORY_IN_USE) when it is there
  // already, std::system_error when it cannot be created.
  explicit EventWriter(const std::string& directory);
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;
  ~EventWriter();

  // Throws std::system_error when the disk refuses; the last line may then be cut.
  void Write(int64_t step, contract::EventBody body);

 private:
  std::string path_;
  int descriptor_ = -1;
  uint64_t sequence_ = 0;
};

}  // namespace sparsweep::trainer
