// How long to wait before trying again.
#pragma once

#include <algorithm>
#include <chrono>

namespace sparsweep::worker {

// 100 ms, 200 ms, … at most 2 s: a restarted coordinator is found again within seconds, a worker's
// calls do not add up to a load.
class Backoff {
 public:
  [[nodiscard]] std::chrono::milliseconds Next() {
    const std::chrono::milliseconds delay = next_;
    next_ = std::min(next_ * 2, std::chrono::milliseconds(2000));
    return delay;
  }
  void Reset() { next_ = kFirst; }

 private:
  static constexpr std::chrono::milliseconds kFirst{100};
  std::chrono::milliseconds next_ = kFirst;
};

}  // namespace sparsweep::worker
