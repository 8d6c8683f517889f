// The metrics of the store. Pure; any thread.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "store/store_statistics.h"

namespace sparsweep::dashboard_api {

[[nodiscard]] std::vector<prometheus::MetricFamily> StoreMetrics(
    const store::StoreStatistics& statistics);

}  // namespace sparsweep::dashboard_api
