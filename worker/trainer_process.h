// A running sparsweep-trainer, watched by the loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/event_loop.h"
#include "contract/trainer_error.h"
#include "worker/subprocess.h"

namespace sparsweep::worker {

inline constexpr char kStdoutFile[] = "stdout.log";
inline constexpr char kStderrFile[] = "stderr.log";

// Loop thread. The destructor kills the process, if it still runs, and does not call `ended`.
class TrainerProcess {
 public:
  struct Options {
    std::string program;
    std::vector<std::string> arguments;
    std::string directory;  // working directory; stdout.log and stderr.log are appended to there
  };

  // `ended` is called once, on the loop, when the process has ended and been reaped. Errors as of
  // Subprocess::Start. `loop` outlives the process.
  static absl::StatusOr<std::unique_ptr<TrainerProcess>> Start(
      base::EventLoop& loop, const Options& options, std::function<void(ExitStatus)> ended);
  ~TrainerProcess();
  TrainerProcess(const TrainerProcess&) = delete;
  TrainerProcess& operator=(const TrainerProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  [[nodiscard]] bool HasEnded() const { return process_->HasEnded(); }  // though not reaped yet
  void Signal(int signal) { process_->SignalGroup(signal); }

 private:
  TrainerProcess(base::EventLoop& loop, std::unique_ptr<Subprocess> process,
                 std::function<void(ExitStatus)> ended);
  void OnReadable();

  base::EventLoop& loop_;
  std::unique_ptr<Subprocess> process_;
  std::function<void(ExitStatus)> ended_;
  bool watched_ = true;
};

// error.json in `directory`; nullopt when there is none or it cannot be read as one (logged).
[[nodiscard]] std::optional<contract::TrainerError> ReadTrainerError(const std::string& directory);

}  // namespace sparsweep::worker
