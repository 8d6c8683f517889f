// What every read service asks of a snapshot: find by name, and one page of a list. Pure but for
// the curves, which read the database; any thread.
//
// The pointers live as long as the snapshot. Unknown names are NOT_FOUND with reason
// SWEEP_NOT_FOUND, TRIAL_NOT_FOUND or METRIC_NOT_FOUND; a snapshot that is not loaded is
// UNAVAILABLE/STARTING; see page_token.h for sizes and tokens.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "dashboard_api/snapshot.h"
#include "store/metric_reader.h"

namespace sparsweep::dashboard_api {

// As the request has them.
struct PageRequest {
  int32_t size = 0;  // 0 = the list's default
  std::string token;
};

template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::string next_page_token;  // empty = the end
};

[[nodiscard]] absl::StatusOr<const SweepView*> GetSweep(const Snapshot& snapshot,
                                                        const std::string& name);
// `name` is "t-000004".
[[nodiscard]] absl::StatusOr<std::pair<const SweepView*, const TrialView*>> GetTrial(
    const Snapshot& snapshot, const std::string& name);

// Newest first.
[[nodiscard]] absl::StatusOr<Page<const SweepView*>> ListSweeps(const Snapshot& snapshot,
                                                                const PageRequest& page);
// In the order of the plan.
[[nodiscard]] absl::StatusOr<Page<const TrialView*>> ListTrials(const SweepView& sweep,
                                                                const PageRequest& page);
// The trials that succeeded, in the order of the plan.
[[nodiscard]] absl::StatusOr<Page<const TrialView*>> ListFront(const SweepView& sweep,
                                                               const PageRequest& page);

// Names of a trial's metrics, sorted.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> ListCurves(const Snapshot& snapshot,
                                                                  store::MetricReader& reader,
                                                                  const std::string& trial);
// By step.
[[nodiscard]] absl::StatusOr<Page<store::MetricPoint>> ListCurvePoints(const Snapshot& snapshot,
                                                                       store::MetricReader& reader,
                                                                       const std::string& trial,
                                                                       const std::string& metric,
                                                                       const PageRequest& page);

}  // namespace sparsweep::dashboard_api
