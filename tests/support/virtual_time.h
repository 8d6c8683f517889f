// Clock and executor of a test: time passes only when the test says so.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "base/executor.h"

namespace sparsweep::test {

// Runs tasks and timers on the thread that calls RunUntilIdle, Advance or RunUntil; only Post may
// come from other threads. Now() starts at 1000 s, WallMicros() at 2023-11-14T22:13:20Z; both move
// together.
class TestExecutor final : public base::Executor, public base::Clock {
 public:
  void Post(std::function<void()> task) override;
  base::TimerId After(std::chrono::nanoseconds delay, std::function<void()> task) override;
  void Cancel(base::TimerId timer) override;

  [[nodiscard]] base::SteadyTime Now() const override { return now_; }
  [[nodiscard]] int64_t WallMicros() const override;

  // Runs what is posted or due, and what that posts, until nothing is. No time passes.
  void RunUntilIdle();
  // Lets `duration` pass: each timer runs at its own time, in order of (time, creation).
  void Advance(std::chrono::nanoseconds duration);
  // Runs what other threads post until `done()`; false when that takes longer than `limit` of real
  // time. Virtual time stands still.
  [[nodiscard]] bool RunUntil(const std::function<bool()>& done,
                              std::chrono::seconds limit = std::chrono::seconds(20));

  // When the next timer is due, for tests that jump from one to the next; SteadyTime::max() if
  // none.
  [[nodiscard]] base::SteadyTime NextTimer() const;
  [[nodiscard]] size_t timer_count() const { return timers_.size(); }

 private:
  bool RunOne();

  base::SteadyTime now_{std::chrono::seconds(1000)};
  base::TimerId next_timer_ = 1;
  std::map<std::pair<base::SteadyTime, base::TimerId>, std::function<void()>> timers_;

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
};

}  // namespace sparsweep::test
