// The worker's calls to the coordinator. An interface because the network is an edge: the daemon
// has gRPC behind it, tests have a fake.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"

namespace sparsweep::v1 {
class GetMaskUploadRequest;
class GetMaskUploadResponse;
class ReportCheckRequest;
class ReportEventsRequest;
class ReportEventsResponse;
class SyncRequest;
class SyncResponse;
class UploadMaskHeader;
}  // namespace sparsweep::v1

namespace sparsweep::worker {

// Loop thread. Each call ends in exactly one call of `done`, on the loop, never from within the
// call; the response is meaningful only when the status is OK. Every call has a deadline.
class CoordinatorClient {
 public:
  virtual ~CoordinatorClient() = default;

  using SyncDone = std::function<void(const absl::Status&, const v1::SyncResponse&)>;
  using ReportEventsDone =
      std::function<void(const absl::Status&, const v1::ReportEventsResponse&)>;
  using GetMaskUploadDone =
      std::function<void(const absl::Status&, const v1::GetMaskUploadResponse&)>;
  using Done = std::function<void(const absl::Status&)>;

  virtual void Sync(const v1::SyncRequest& request, std::chrono::milliseconds timeout,
                    SyncDone done) = 0;
  // Ends the Sync in flight with CANCELLED, if there is one.
  virtual void CancelSync() = 0;
  virtual void ReportEvents(const v1::ReportEventsRequest& request, ReportEventsDone done) = 0;
  virtual void ReportCheck(const v1::ReportCheckRequest& request, Done done) = 0;
  virtual void GetMaskUpload(const v1::GetMaskUploadRequest& request, GetMaskUploadDone done) = 0;
  // Streams the header and the bytes of `file` from `offset` on. `file` is shared with the stream,
  // which may outlive the caller. OK: the whole file has arrived and is verified.
  virtual void UploadMask(const v1::UploadMaskHeader& header,
                          std::shared_ptr<const std::string> file, uint64_t offset, Done done) = 0;
};

}  // namespace sparsweep::worker
