// A coordinator's state as readers would see it, with invented values: a sweep in the middle, one
// with three seeds that has ended, and one that was rejected and bears a hostile name.
#pragma once

#include <memory>
#include <string>

#include "dashboard_api/snapshot.h"
#include "tests/dashboard_api/memory_metrics.h"

namespace sparsweep::test {

inline const std::string kRunningSweep = "quickstart";
inline const std::string kEndedSweep = "wordnet-3-layers";
inline const std::string kHostileSweep = "<img src=x onerror=alert(1)>";

// A trial in state pending.
[[nodiscard]] dashboard_api::TrialView MakeTrial(int64_t id, uint32_t position, std::string method);

[[nodiscard]] std::shared_ptr<const dashboard_api::Snapshot> DemoSnapshot();

// Curves of the accuracy, the loss and the density of every trial that has started.
void FillDemoMetrics(const dashboard_api::Snapshot& snapshot, MemoryMetrics& metrics);

}  // namespace sparsweep::test
