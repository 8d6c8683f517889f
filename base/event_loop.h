// One thread's loop over tasks, timers, descriptors and signals (Boost.Asio behind it).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/executor.h"

namespace sparsweep::base {

// Owned by main. All members but Post and Stop are called on the thread that runs Run, or before
// Run.
class EventLoop final : public Executor {
 public:
  EventLoop();
  ~EventLoop() override;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void Run();   // until Stop
  void Stop();  // any thread; tasks not yet run are dropped

  void Post(std::function<void()> task) override;
  TimerId After(std::chrono::nanoseconds delay, std::function<void()> task) override;
  void Cancel(TimerId timer) override;

  // Calls `ready` as long as `fd` (borrowed: pidfd, pipe, inotify) is readable, until Unwatch(fd),
  // which comes before close(fd). Makes `fd` non-blocking. What cannot be polled (/dev/null, a
  // regular file) counts as readable.
  void Watch(int fd, std::function<void()> ready);
  void Unwatch(int fd);

  // Calls `received` for each of these signals instead of the default action.
  void OnSignals(const std::vector<int>& signals, std::function<void(int)> received);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sparsweep::base
