#include "pruning_core/train/stage_meter.h"

namespace sparsweep::core {

std::optional<contract::Stage> StageMeter::Done(int64_t done, int64_t total) {
  const base::SteadyTime now = clock_.Now();
  const bool last = done == total && reported_;
  if (now < due_ && !last) return std::nullopt;
  due_ = now + kInterval;
  reported_ = true;
  return contract::Stage{.name = name_, .done = done, .total = total};
}

}  // namespace sparsweep::core
