// absl::Status ↔ grpc::Status, with google.rpc.ErrorInfo (and BadRequest for a field) in
// grpc-status-details-bin.
#pragma once

#include "absl/status/status.h"

namespace grpc {
class Status;
}

namespace sparsweep::base::rpc {

[[nodiscard]] grpc::Status ToGrpc(const absl::Status& status);
[[nodiscard]] absl::Status FromGrpc(const grpc::Status& status);

}  // namespace sparsweep::base::rpc
