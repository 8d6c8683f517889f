// How fast a run goes and when it will end.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "contract/trainer_event.h"

namespace sparsweep::core {

// Owned by the run; one thread. `clock` is borrowed.
class ProgressMeter {
 public:
  static constexpr std::chrono::milliseconds kInterval{500};

  ProgressMeter(const base::Clock& clock, int64_t total_steps);

  // After each optimizer step. A report when the last one is kInterval old: examples per second
  // since then, and the time left at the average pace of this attempt.
  std::optional<contract::Progress> StepDone(int64_t steps_done, uint64_t examples);

 private:
  const base::Clock& clock_;
  int64_t total_steps_;
  base::SteadyTime started_;
  base::SteadyTime reported_;
  int64_t steps_here_ = 0;  // of this attempt
  uint64_t examples_ = 0;   // since the last report
};

}  // namespace sparsweep::core
