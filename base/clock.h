// Time comes in through this interface, so that tests and the simulator own it.
#pragma once

#include <chrono>
#include <cstdint>

namespace sparsweep::base {

// Nanoseconds of a clock that never goes back and, on the worker, does not stop while the machine
// sleeps (CLOCK_BOOTTIME). Every lease decision uses it. Only differences mean anything.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual SteadyTime Now() const = 0;
  // Microseconds since the Unix epoch, for people to read (create_time): never compared.
  [[nodiscard]] virtual int64_t WallMicros() const = 0;
};

// CLOCK_BOOTTIME and the system's wall clock. Lives as long as the program.
[[nodiscard]] const Clock& SystemClock();

}  // namespace sparsweep::base
