// sparsweep.v1.ResultService: fronts and learning curves.
//
// Answers from the snapshot and the metric reader on gRPC's threads and never waits for the
// coordinator's loop. Both are borrowed and outlive the service; the service outlives the server
// that it is registered with. Unknown sweeps, trials and metrics are NOT_FOUND and named.
#pragma once

#include <memory>

#include "dashboard_api/snapshot.h"
#include "store/metric_reader.h"

namespace grpc {
class Service;
}

namespace sparsweep::dashboard_api {

inline constexpr char kResultServiceName[] = "sparsweep.v1.ResultService";  // for its health status

[[nodiscard]] std::unique_ptr<grpc::Service> MakeResultService(const SnapshotBoard& board,
                                                               store::MetricReader& reader);

}  // namespace sparsweep::dashboard_api
