// The real sparsweep-trainer as a child of a test.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::test {

// One child; stdout and stderr go to files of `folder`, stdin is a pipe that stays open until
// CloseStdin(). The destructor kills what still runs. Nothing waits for longer than two minutes.
class ChildProcess {
 public:
  struct Limits {
    std::optional<uint64_t> file_bytes;  // a write beyond it fails with EFBIG
  };

  ChildProcess(const std::string& folder, const std::vector<std::string>& arguments)
      : ChildProcess(folder, arguments, Limits{}) {}
  ChildProcess(const std::string& folder, const std::vector<std::string>& arguments, Limits limits);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  void Signal(int signal_number) const;
  // A few bytes: what a pipe holds without a reader.
  void WriteStdin(std::string_view text) const;
  void CloseStdin();
  // Exit code, or 128 + signal.
  int Wait();
  // Polls until `done` holds; false when the child ended before (its Wait() still works).
  bool RunUntil(const std::function<bool()>& done);

  [[nodiscard]] std::string Stdout() const;
  [[nodiscard]] std::string Stderr() const;

 private:
  bool Ended();  // reaps

  std::string folder_;
  pid_t pid_ = -1;
  int stdin_ = -1;
  std::optional<int> code_;
};

}  // namespace sparsweep::test
