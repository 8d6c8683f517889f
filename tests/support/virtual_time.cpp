#include "tests/support/virtual_time.h"

namespace sparsweep::test {

void TestExecutor::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  posted_.notify_one();
}

base::TimerId TestExecutor::After(std::chrono::nanoseconds delay, std::function<void()> task) {
  const base::TimerId id = next_timer_++;
  timers_.emplace(std::pair(now_ + delay, id), std::move(task));
  return id;
}

void TestExecutor::Cancel(base::TimerId timer) {
  std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer; });
}

int64_t TestExecutor::WallMicros() const {
  const auto passed = now_.time_since_epoch() - std::chrono::seconds(1000);
  return 1'700'000'000'000'000 +
         std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
}

bool TestExecutor::RunOne() {
  std::function<void()> task;
  {
    const std::lock_guard lock(mutex_);
    if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
  }
  if (!task && !timers_.empty() && timers_.begin()->first.first <= now_) {
    task = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
  }
  if (!task) return false;
  task();
  return true;
}

void TestExecutor::RunUntilIdle() {
  while (RunOne()) {
  }
}

void TestExecutor::Advance(std::chrono::nanoseconds duration) {
  const base::SteadyTime end = now_ + duration;
  RunUntilIdle();
  while (NextTimer() <= end) {
    now_ = NextTimer();
    RunUntilIdle();
  }
  now_ = end;
}

bool TestExecutor::RunUntil(const std::function<bool()>& done, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    RunUntilIdle();
    if (done()) return true;
    std::unique_lock lock(mutex_);
    if (!posted_.wait_until(lock, deadline, [this] { return !tasks_.empty(); })) return false;
  }
}

base::SteadyTime TestExecutor::NextTimer() const {
  return timers_.empty() ? base::SteadyTime::max() : timers_.begin()->first.first;
}

}  // namespace sparsweep::test
