// The ranks of one attempt that run on this worker: processes that start together and end together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/event_loop.h"
#include "worker/trainer_process.h"

namespace sparsweep::worker {

struct RankOptions {
  uint32_t rank = 0;
  TrainerProcess::Options process;
};

// The rank whose end counts for the attempt, and how it ended.
struct RankEnd {
  uint32_t rank = 0;
  ExitStatus status;
};

// Loop thread. Owned by the attempt's supervisor. Each rank leads a process group of its own.
//
// A rank above 0 that exits with 0 or 8 (stopped) has done its part, and the others go on. Any
// other end, and each end of rank 0, decides: the others are killed at once. A rank that lost the
// collective does not decide where another one had died by itself before the killing: that one is
// why.
class RankGroup {
 public:
  // Starts all ranks or none. `ended` is called once, on the loop, when the last one is reaped; it
  // may destroy this object. The destructor kills what runs and does not call it.
  static absl::StatusOr<std::unique_ptr<RankGroup>> Start(base::EventLoop& loop,
                                                          const std::vector<RankOptions>& ranks,
                                                          std::function<void(RankEnd)> ended);

  void Signal(int signal);
  // Those that run, by rank.
  [[nodiscard]] std::vector<std::pair<uint32_t, pid_t>> Pids() const;

 private:
  struct Member {
    uint32_t rank = 0;
    std::unique_ptr<TrainerProcess> process;  // null once it is reaped
    bool died_itself = false;
    ExitStatus status;
  };
  explicit RankGroup(std::function<void(RankEnd)> ended) : ended_(std::move(ended)) {}
  void OnEnd(size_t member, ExitStatus status);
  void Decide(size_t member);
  [[nodiscard]] RankEnd End() const;

  std::vector<Member> members_;
  std::function<void(RankEnd)> ended_;
  size_t running_ = 0;
  std::optional<size_t> decided_;
};

}  // namespace sparsweep::worker
