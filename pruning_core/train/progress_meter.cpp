#include "pruning_core/train/progress_meter.h"

namespace sparsweep::core {

ProgressMeter::ProgressMeter(const base::Clock& clock, int64_t total_steps)
    : clock_(clock), total_steps_(total_steps), started_(clock.Now()), reported_(started_) {}

std::optional<contract::Progress> ProgressMeter::StepDone(int64_t steps_done, uint64_t examples) {
  using Seconds = std::chrono::duration<double>;
  ++steps_here_;
  examples_ += examples;
  const base::SteadyTime now = clock_.Now();
  if (now - reported_ < kInterval) return std::nullopt;
  const double window = Seconds(now - reported_).count();
  const double per_step = Seconds(now - started_).count() / static_cast<double>(steps_here_);
  const contract::Progress progress{
      .examples_per_second = static_cast<double>(examples_) / window,
      .eta_seconds = per_step * static_cast<double>(total_steps_ - steps_done)};
  reported_ = now;
  examples_ = 0;
  return progress;
}

}  // namespace sparsweep::core
