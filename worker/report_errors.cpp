#include "worker/report_errors.h"

#include "base/status.h"

namespace sparsweep::worker {

Refusal ClassifyRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
      return base::ReasonOf(status).reason == "STALE_ATTEMPT" ? Refusal::kStale : Refusal::kInvalid;
    case absl::StatusCode::kNotFound:
      return Refusal::kStale;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kDataLoss:
      return Refusal::kInvalid;
    default:
      return Refusal::kRetry;
  }
}

}  // namespace sparsweep::worker
