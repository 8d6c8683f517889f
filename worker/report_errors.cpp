#include "worker/report_errors.h"

namespace sparsweep::worker {

Refusal ClassifyRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
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
