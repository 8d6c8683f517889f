#include "trainer/event_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "pruning_core/model_io/user_error.h"

namespace sparsweep::trainer {

EventWriter::EventWriter(const std::string& directory) : path_(directory + "/events.jsonl") {
  descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ >= 0) return;
  if (errno == EEXIST) {
    throw core::UserError("DIRECTORY_IN_USE", "directory", directory,
                          fmt::format("directory: {} holds the events.jsonl of an earlier attempt; "
                                      "give each attempt a new folder",
                                      directory));
  }
  throw std::system_error(errno, std::generic_category(), "cannot create " + path_);
}

EventWriter::~EventWriter() { close(descriptor_); }

void EventWriter::Write(int64_t step, contract::EventBody body) {
  const std::string line =
      contract::ToJson({.sequence = sequence_ + 1, .step = step, .body = std::move(body)}) + "\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw std::system_error(errno, std::generic_category(), "cannot write " + path_);
    }
    rest.remove_prefix(static_cast<size_t>(written));
  }
  ++sequence_;
}

}  // namespace sparsweep::trainer
