#include "base/clock.h"

#include <time.h>

namespace sparsweep::base {
namespace {

class PosixClock final : public Clock {
 public:
  SteadyTime Now() const override {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return SteadyTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
  int64_t WallMicros() const override {
    timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    return int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
  }
};

}  // namespace

const Clock& SystemClock() {
  static const PosixClock clock;
  return clock;
}

}  // namespace sparsweep::base
