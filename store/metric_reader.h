// Curves for readers: its own read-only connection, never on the coordinator's loop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/records.h"

namespace sparsweep::store {

// Any thread; calls take turns.
class MetricReader {
 public:
  virtual ~MetricReader() = default;
  // Names of a trial's metrics, sorted.
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> Metrics(int64_t trial_id) = 0;
  // At most `limit` points with step > `after_step`, by step, superseded ones left out.
  [[nodiscard]] virtual absl::StatusOr<std::vector<MetricPoint>> Points(int64_t trial_id,
                                                                        const std::string& metric,
                                                                        int64_t after_step,
                                                                        int64_t limit) = 0;
};

}  // namespace sparsweep::store
