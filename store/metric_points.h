// The packed form of a metric chunk: per point the step's distance to the previous one (to 0 for
// the first) as a zigzag varint, then the value's 8 bytes, least significant first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "store/records.h"

namespace sparsweep::store {

[[nodiscard]] std::string PackPoints(absl::Span<const MetricPoint> points);

// DATA_LOSS when the bytes are not `count` packed points.
[[nodiscard]] absl::StatusOr<std::vector<MetricPoint>> UnpackPoints(std::string_view bytes,
                                                                    int64_t count);

// What a chunk's row says about its points: NaN counts and may be last, and stays out of min and
// max unless there is nothing else. `points` is not empty and sorted by step.
[[nodiscard]] MetricAggregate Summarize(absl::Span<const MetricPoint> points);

}  // namespace sparsweep::store
