// Curves for readers: its own read-only connection, never on the coordinator's loop.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "store/records.h"

namespace sparsweep::store {

// A page of the API, and one point more that tells whether another page follows.
inline constexpr int64_t kMaxMetricPage = 10'001;

// Any thread; calls take turns.
class MetricReader {
 public:
  virtual ~MetricReader() = default;
  // Names of a trial's metrics, sorted.
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> Metrics(int64_t trial_id) = 0;
  // At most min(limit, kMaxMetricPage) points with step > `after_step`, by step, superseded ones
  // left out; one a step, of the newest attempt. DATA_LOSS when a stored chunk does not unpack.
  [[nodiscard]] virtual absl::StatusOr<std::vector<MetricPoint>> Points(int64_t trial_id,
                                                                        const std::string& metric,
                                                                        int64_t after_step,
                                                                        int64_t limit) = 0;
};

// `path` as in SqliteStoreOptions; the store was opened on it before.
[[nodiscard]] absl::StatusOr<std::unique_ptr<MetricReader>> OpenMetricReader(
    const std::string& path);

}  // namespace sparsweep::store
