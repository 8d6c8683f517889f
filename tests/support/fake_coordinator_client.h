// The coordinator as a worker's parts see it, answered by the test.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sparsweep/v1/mask.pb.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/coordinator_client.h"

namespace sparsweep::test {

// Each call waits in its queue until the test calls its `done`. One thread.
class FakeCoordinatorClient final : public worker::CoordinatorClient {
 public:
  template <typename Request, typename Done>
  struct Call {
    Request request;
    Done done;
  };
  struct SyncCall {
    v1::SyncRequest request;
    std::chrono::milliseconds timeout;
    SyncDone done;
  };
  struct Upload {
    v1::UploadMaskHeader header;
    std::shared_ptr<const std::string> file;
    uint64_t offset;
    Done done;
  };

  std::deque<SyncCall> syncs;
  std::deque<Call<v1::ReportEventsRequest, ReportEventsDone>> reports;
  std::deque<Call<v1::ReportCheckRequest, Done>> checks;
  std::deque<Call<v1::GetMaskUploadRequest, GetMaskUploadDone>> mask_questions;
  std::deque<Upload> uploads;

  void Sync(const v1::SyncRequest& request, std::chrono::milliseconds timeout,
            SyncDone done) override {
    syncs.push_back({request, timeout, std::move(done)});
  }
  void CancelSync() override {
    if (!syncs.empty()) Take(syncs).done(absl::CancelledError(""), {});
  }
  void ReportEvents(const v1::ReportEventsRequest& request, ReportEventsDone done) override {
    reports.push_back({request, std::move(done)});
  }
  void ReportCheck(const v1::ReportCheckRequest& request, Done done) override {
    checks.push_back({request, std::move(done)});
  }
  void GetMaskUpload(const v1::GetMaskUploadRequest& request, GetMaskUploadDone done) override {
    mask_questions.push_back({request, std::move(done)});
  }
  void UploadMask(const v1::UploadMaskHeader& header, std::shared_ptr<const std::string> file,
                  uint64_t offset, Done done) override {
    uploads.push_back({header, std::move(file), offset, std::move(done)});
  }

  // The oldest call of a queue, taken out; the queue must not be empty.
  template <typename Queue>
  static typename Queue::value_type Take(Queue& queue) {
    typename Queue::value_type call = std::move(queue.front());
    queue.pop_front();
    return call;
  }
};

}  // namespace sparsweep::test
