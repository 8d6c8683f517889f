// The metrics that a snapshot holds: trials, workers, counters, and the results of active sweeps.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "dashboard_api/snapshot.h"

namespace sparsweep::dashboard_api {

// Pure; any thread. Linear in the number of trials.
[[nodiscard]] std::vector<prometheus::MetricFamily> SnapshotMetrics(const Snapshot& snapshot);

}  // namespace sparsweep::dashboard_api
