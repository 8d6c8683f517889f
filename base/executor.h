// Where a part's work runs: one thread, tasks in order. Fakes in tests advance virtual time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace sparsweep::base {

using TimerId = uint64_t;

class Executor {
 public:
  virtual ~Executor() = default;
  // Any thread. Runs `task` later on the executor's thread, in the order of the calls.
  virtual void Post(std::function<void()> task) = 0;
  // Executor's thread only. Runs `task` once after `delay`; a canceled timer never runs.
  virtual TimerId After(std::chrono::nanoseconds delay, std::function<void()> task) = 0;
  virtual void Cancel(TimerId timer) = 0;
};

}  // namespace sparsweep::base
