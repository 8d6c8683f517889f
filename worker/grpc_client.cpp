#include "worker/grpc_client.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "base/rpc/channel.h"
#include "base/rpc/errors.h"
#include "sparsweep/v1/mask.grpc.pb.h"
#include "sparsweep/v1/worker.grpc.pb.h"
#include "worker/lifetime.h"
#include "worker/mask_chunks.h"

namespace sparsweep::worker {
namespace {

// A report waits for a commit on a disk that may be slow.
constexpr std::chrono::seconds kCallTimeout(10);
constexpr std::chrono::seconds kUploadTimeout(60);

// The contexts of the calls in flight, so that they can be canceled and waited for.
class CallsInFlight {
 public:
  void Add(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    contexts_.insert(context);
  }
  // The last thing a call does on gRPC's thread.
  void Remove(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    contexts_.erase(context);
    empty_.notify_all();
  }
  void CancelAllAndWait() {
    std::unique_lock lock(mutex_);
    for (grpc::ClientContext* context : contexts_) context->TryCancel();
    empty_.wait(lock, [this] { return contexts_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  std::set<grpc::ClientContext*> contexts_;
};

// What one call needs until it ends.
template <typename Request, typename Response>
struct Call {
  grpc::ClientContext context;
  Request request;
  Response response;
};

// Owns itself until OnDone.
class UploadCall final : public grpc::ClientWriteReactor<v1::UploadMaskRequest> {
 public:
  UploadCall(MaskChunks chunks, uint64_t file_size,
             std::function<void(UploadCall*, const absl::Status&)> done)
      : chunks_(std::move(chunks)), file_size_(file_size), done_(std::move(done)) {}

  void Begin(v1::MaskService::Stub& stub) {
    base::rpc::SetDeadline(&context, kUploadTimeout);
    stub.async()->UploadMask(&context, &response_, this);
    WriteNext();
    StartCall();
  }
  void OnWriteDone(bool ok) override {
    // Not ok: the server has answered already; its status comes in OnDone.
    if (ok) WriteNext();
  }
  void OnDone(const grpc::Status& status) override {
    if (status.ok() && response_.received_bytes() < file_size_) {
      done_(this, absl::UnavailableError("the upload ended early"));
    } else {
      done_(this, base::rpc::FromGrpc(status));
    }
  }

  grpc::ClientContext context;

 private:
  void WriteNext() {
    message_.Clear();
    if (chunks_.Next(&message_)) {
      StartWrite(&message_);
    } else {
      StartWritesDone();
    }
  }

  MaskChunks chunks_;
  uint64_t file_size_;
  std::function<void(UploadCall*, const absl::Status&)> done_;
  v1::UploadMaskRequest message_;
  v1::UploadMaskResponse response_;
};

class GrpcClient final : public CoordinatorClient {
 public:
  GrpcClient(const std::string& address, base::Executor& loop) : loop_(loop) {
    const std::shared_ptr<grpc::Channel> channel = base::rpc::Connect(address);
    worker_ = v1::WorkerService::NewStub(channel);
    mask_ = v1::MaskService::NewStub(channel);
  }
  ~GrpcClient() override { calls_.CancelAllAndWait(); }

  void Sync(const v1::SyncRequest& request, std::chrono::milliseconds timeout,
            SyncDone done) override {
    sync_ = Unary<v1::SyncResponse>(
        request, timeout, [this](auto... arguments) { worker_->async()->Sync(arguments...); },
        [this, done = std::move(done)](const absl::Status& status,
                                       const v1::SyncResponse& response) {
          sync_.reset();
          done(status, response);
        });
  }
  void CancelSync() override {
    if (sync_ != nullptr) sync_->TryCancel();
  }
  void ReportEvents(const v1::ReportEventsRequest& request, ReportEventsDone done) override {
    Unary<v1::ReportEventsResponse>(
        request, kCallTimeout,
        [this](auto... arguments) { worker_->async()->ReportEvents(arguments...); },
        std::move(done));
  }
  void ReportCheck(const v1::ReportCheckRequest& request, Done done) override {
    Unary<v1::ReportCheckResponse>(
        request, kCallTimeout,
        [this](auto... arguments) { worker_->async()->ReportCheck(arguments...); },
        [done = std::move(done)](const absl::Status& status, const auto&) { done(status); });
  }
  void GetMaskUpload(const v1::GetMaskUploadRequest& request, GetMaskUploadDone done) override {
    Unary<v1::GetMaskUploadResponse>(
        request, kCallTimeout,
        [this](auto... arguments) { mask_->async()->GetMaskUpload(arguments...); },
        std::move(done));
  }
  void UploadMask(const v1::UploadMaskHeader& header, std::shared_ptr<const std::string> file,
                  uint64_t offset, Done done) override {
    const uint64_t file_size = file->size();
    auto* call = new UploadCall(MaskChunks(header, std::move(file), offset), file_size,
                                [this, guarded = lifetime_.Guard(std::move(done))](
                                    UploadCall* self, const absl::Status& status) {
                                  loop_.Post([guarded, status] { guarded(status); });
                                  calls_.Remove(&self->context);
                                  delete self;
                                });
    calls_.Add(&call->context);
    call->Begin(*mask_);
  }

 private:
  // Starts the call through `start` and posts its result to the loop. Returns its context, which is
  // alive for as long as the caller keeps it.
  template <typename Response, typename Request, typename Start, typename Callback>
  std::shared_ptr<grpc::ClientContext> Unary(const Request& request,
                                             std::chrono::milliseconds timeout, const Start& start,
                                             Callback done) {
    // Shared: gRPC's thread, the loop and, for a Sync, this object look at it.
    auto call = std::make_shared<Call<Request, Response>>();
    call->request = request;
    base::rpc::SetDeadline(&call->context, timeout);
    calls_.Add(&call->context);
    start(&call->context, &call->request, &call->response,
          std::function<void(grpc::Status)>(
              [this, call, guarded = lifetime_.Guard(std::move(done))](const grpc::Status& status) {
                loop_.Post([call, guarded, result = base::rpc::FromGrpc(status)] {
                  guarded(result, call->response);
                });
                calls_.Remove(&call->context);
              }));
    return {call, &call->context};
  }

  base::Executor& loop_;
  std::unique_ptr<v1::WorkerService::Stub> worker_;
  std::unique_ptr<v1::MaskService::Stub> mask_;
  CallsInFlight calls_;
  std::shared_ptr<grpc::ClientContext> sync_;  // shared with the call in flight
  Lifetime lifetime_;
};

}  // namespace

std::unique_ptr<CoordinatorClient> MakeGrpcClient(const std::string& address,
                                                  base::Executor& loop) {
  return std::make_unique<GrpcClient>(address, loop);
}

}  // namespace sparsweep::worker
