// Trials of a sweep by the five groups that people ask for. Pure.
#pragma once

#include <cstdint>

#include "dashboard_api/snapshot.h"

namespace sparsweep::dashboard_api {

struct TrialCounts {
  uint32_t pending = 0;
  uint32_t active = 0;  // leased or running
  uint32_t succeeded = 0;
  uint32_t failed = 0;
  uint32_t canceled = 0;
};

[[nodiscard]] TrialCounts CountTrials(const SweepView& sweep);

}  // namespace sparsweep::dashboard_api
