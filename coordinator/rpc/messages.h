// Messages of sparsweep.v1 to the core's requests, and its answers to messages. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/coordinator_core/requests.h"

namespace sparsweep::v1 {
class ReportCheckRequest;
class ReportEventsRequest;
class Sweep;
class SyncRequest;
class SyncResponse;
}  // namespace sparsweep::v1

namespace sparsweep::coordinator::rpc {

// INVALID_ARGUMENT with the field, for each of these.
[[nodiscard]] absl::Status CheckRequestId(const std::string& request_id);  // empty or a UUID
[[nodiscard]] absl::StatusOr<int64_t> TrialId(const std::string& name);    // "t-000004" is 4
[[nodiscard]] absl::StatusOr<SyncRequest> Decode(const v1::SyncRequest& message);
[[nodiscard]] absl::StatusOr<EventReport> Decode(const v1::ReportEventsRequest& message);
[[nodiscard]] CheckReport Decode(const v1::ReportCheckRequest& message);

void Encode(const SyncAnswer& answer, v1::SyncResponse* message);
void Encode(const SweepAnswer& answer, v1::Sweep* message);

}  // namespace sparsweep::coordinator::rpc
