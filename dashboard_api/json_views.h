// The JSON of /api: sweeps, trials, fronts and curves with the field names of the protos.
//
// Absent values are left out; a number that is not finite is null; bytes that are no UTF-8 are
// replaced. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "dashboard_api/snapshot.h"
#include "dashboard_api/snapshot_queries.h"

namespace sparsweep::dashboard_api {

// {"serving":…,"sweeps":[…],"next_page_token":…}
[[nodiscard]] std::string SweepsJson(const Snapshot& snapshot, const Page<const SweepView*>& page);
// {"name":…,"state":"running",…,"yaml":…}
[[nodiscard]] std::string SweepJson(const SweepView& sweep);
// {"sweep":…,"trials":[…],"next_page_token":…}
[[nodiscard]] std::string TrialsJson(const SweepView& sweep, const Page<const TrialView*>& page);
// {"sweep":…,"metric":…,"goal":…,"points":[…],"next_page_token":…}
[[nodiscard]] std::string FrontJson(const SweepView& sweep, const Page<const TrialView*>& page);
// {"trial":…,"metrics":[…]}
[[nodiscard]] std::string CurvesJson(const std::string& trial,
                                     const std::vector<std::string>& metrics);
// {"trial":…,"metric":…,"points":[{"step":…,"value":…}],"next_page_token":…}
[[nodiscard]] std::string CurvePointsJson(const std::string& trial, const std::string& metric,
                                          const Page<store::MetricPoint>& page);
// {"error":{"code":"NOT_FOUND","reason":…,"message":…}}
[[nodiscard]] std::string ErrorJson(const absl::Status& status);

}  // namespace sparsweep::dashboard_api
