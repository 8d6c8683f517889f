#include <functional>
#include <utility>

#include <grpcpp/support/server_callback.h>

#include "absl/strings/str_cat.h"
#include "base/rpc/errors.h"
#include "base/status.h"
#include "coordinator/rpc/call_end.h"
#include "coordinator/rpc/messages.h"
#include "coordinator/rpc/service_makers.h"
#include "dashboard_api/page_token.h"
#include "dashboard_api/snapshot_queries.h"
#include "sparsweep/v1/mask.grpc.pb.h"

namespace sparsweep::coordinator::rpc {
namespace {

constexpr dashboard_api::PageRules kMatrixPages{1000, 1000};

// One stream: header, fence, chunks, fence, store. Each step is started by the end of the one
// before, on the loop or in BlockingWork, so members need no lock. Deletes itself when it is done.
class UploadCall final : public grpc::ServerReadReactor<v1::UploadMaskRequest> {
 public:
  UploadCall(const ServiceDeps& deps, BlockingWork& work, MaskUploads& uploads,
             v1::UploadMaskResponse* response)
      : deps_(deps), work_(work), uploads_(uploads), response_(response) {
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return AtEnd();
    if (upload_ == nullptr) return AtHeader();
    if (!message_.has_chunk()) return End(absl::InvalidArgumentError("a header after the first"));
    work_.Post([this] {
      const v1::UploadMaskChunk& chunk = message_.chunk();
      const absl::Status status = upload_->Append(chunk.offset(), chunk.data(), chunk.crc32c());
      if (!status.ok()) return End(status);
      StartRead(&message_);
    });
  }

  void OnDone() override { delete this; }

 private:
  void AtHeader() {
    if (!message_.has_header()) return End(absl::InvalidArgumentError("a chunk before the header"));
    const v1::UploadMaskHeader& header = message_.header();
    const auto trial = TrialId(header.trial());
    if (!trial.ok()) return End(trial.status());
    attempt_ = {*trial, header.attempt_number()};
    UploadHeader begin{attempt_, header.file_hash(), header.total_bytes()};
    Fenced([this, begin = std::move(begin)] {
      auto upload = uploads_.Begin(begin);
      if (!upload.ok()) return End(upload.status());
      upload_ = *std::move(upload);
      StartRead(&message_);
    });
  }

  void AtEnd() {
    if (upload_ == nullptr) return End(absl::InvalidArgumentError("no header"));
    if (!upload_->complete()) return Succeed();  // goes on another time
    Fenced([this] {
      const absl::Status status = upload_->Store();
      return status.ok() ? Succeed() : End(status);
    });
  }

  // Runs `next` in BlockingWork if the attempt is live.
  void Fenced(std::function<void()> next) {
    deps_.loop.Post([this, next = std::move(next)] {
      deps_.core.CheckFence(attempt_, [this, next](const absl::StatusOr<Done>& live) {
        if (!live.ok()) return End(live.status());
        work_.Post(next);
      });
    });
  }

  void Succeed() {
    response_->set_received_bytes(upload_->received());
    End(absl::OkStatus());
  }
  void End(const absl::Status& status) {
    upload_.reset();
    Finish(base::rpc::ToGrpc(status));
  }

  const ServiceDeps& deps_;
  BlockingWork& work_;
  MaskUploads& uploads_;
  v1::UploadMaskResponse* response_;
  v1::UploadMaskRequest message_;
  AttemptKey attempt_;
  std::unique_ptr<MaskUpload> upload_;
};

class MaskService final : public v1::MaskService::CallbackService {
 public:
  MaskService(const ServiceDeps& deps, BlockingWork& work, MaskUploads& uploads)
      : deps_(deps), work_(work), uploads_(uploads) {}

  grpc::ServerUnaryReactor* GetMaskUpload(grpc::CallbackServerContext* context,
                                          const v1::GetMaskUploadRequest* request,
                                          v1::GetMaskUploadResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    work_.Post([this, call, request, response] {
      const auto progress = uploads_.Find(request->file_hash());
      if (progress.ok()) {
        response->set_received_bytes(progress->received_bytes);
        response->set_complete(progress->complete);
      }
      EndCall(call, progress.status());
    });
    return call;
  }

  grpc::ServerReadReactor<v1::UploadMaskRequest>* UploadMask(
      grpc::CallbackServerContext*, v1::UploadMaskResponse* response) override {
    return new UploadCall(deps_, work_, uploads_, response);
  }

  grpc::ServerUnaryReactor* ListMaskMatrices(grpc::CallbackServerContext* context,
                                             const v1::ListMaskMatricesRequest* request,
                                             v1::ListMaskMatricesResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    work_.Post([this, call, request, response] { EndCall(call, List(*request, response)); });
    return call;
  }

 private:
  absl::Status List(const v1::ListMaskMatricesRequest& request,
                    v1::ListMaskMatricesResponse* response) {
    const auto snapshot = deps_.board.Current();
    const auto found = dashboard_api::GetTrial(*snapshot, request.trial());
    if (!found.ok()) return found.status();
    const store::Trial& trial = found->second->row;
    const std::string list = absl::StrCat("masks/", request.trial());
    const auto size = dashboard_api::PageSize(request.page_size(), kMatrixPages);
    if (!size.ok()) return size.status();
    const auto after = dashboard_api::ParsePageToken(list, request.page_token());
    if (!after.ok()) return after.status();
    const auto matrices = deps_.masks.Matrices(trial.id, trial.accepted_attempt);
    if (absl::IsNotFound(matrices.status())) {
      return base::WithReason(
          absl::NotFoundError(absl::StrCat(request.trial(), " has no accepted mask")),
          {"MASK_NOT_FOUND", {{"trial", request.trial()}}});
    }
    if (!matrices.ok()) return matrices.status();
    const size_t begin = after->has_value() ? static_cast<size_t>(**after) + 1 : 0;
    const size_t end = std::min(matrices->size(), begin + static_cast<size_t>(*size));
    for (size_t i = begin; i < end; ++i) {
      const store::MaskMatrixRow& row = (*matrices)[i];
      v1::MaskMatrix* out = response->add_matrices();
      out->set_name(row.name);
      out->set_rows(row.rows);
      out->set_columns(row.columns);
      out->set_ones(row.ones);
      out->set_hash(row.hash);
    }
    if (end < matrices->size()) {
      response->set_next_page_token(
          dashboard_api::MakePageToken(list, static_cast<int64_t>(end) - 1));
    }
    return absl::OkStatus();
  }

  ServiceDeps deps_;
  BlockingWork& work_;
  MaskUploads& uploads_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMaskService(const ServiceDeps& deps, BlockingWork& work,
                                               MaskUploads& uploads) {
  return std::make_unique<MaskService>(deps, work, uploads);
}

}  // namespace sparsweep::coordinator::rpc
