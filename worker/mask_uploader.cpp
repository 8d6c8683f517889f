#include "worker/mask_uploader.h"

#include <algorithm>
#include <utility>

#include "contract/mask_file.h"
#include "sparsweep/v1/mask.pb.h"
#include "worker/report_errors.h"

namespace sparsweep::worker {

MaskUploader::MaskUploader(base::Executor& loop, CoordinatorClient& client, AttemptId id,
                           std::string file, std::function<void(const absl::Status&)> done)
    : loop_(loop),
      client_(client),
      id_(std::move(id)),
      file_(std::make_shared<const std::string>(std::move(file))),
      hash_(contract::ContentHash(*file_)),
      done_(std::move(done)) {}

void MaskUploader::Start() { Ask(); }

void MaskUploader::Ask() {
  v1::GetMaskUploadRequest request;
  request.set_file_hash(hash_);
  client_.GetMaskUpload(request, lifetime_.Guard([this](const absl::Status& status,
                                                        const v1::GetMaskUploadResponse& response) {
    if (!status.ok()) {
      OnFailure(status);
      return;
    }
    // Of a file that is stored already the header alone tells whose it is, too.
    Send(response.complete() ? file_->size() : response.received_bytes());
  }));
}

void MaskUploader::Send(uint64_t offset) {
  v1::UploadMaskHeader header;
  header.set_trial(id_.trial);
  header.set_attempt_number(id_.attempt_number);
  header.set_file_hash(hash_);
  header.set_total_bytes(file_->size());
  client_.UploadMask(header, file_, std::min<uint64_t>(offset, file_->size()),
                     lifetime_.Guard([this](const absl::Status& status) {
                       if (status.ok()) {
                         done_(status);
                       } else {
                         OnFailure(status);
                       }
                     }));
}

void MaskUploader::OnFailure(const absl::Status& status) {
  if (ClassifyRefusal(status) != Refusal::kRetry) {
    done_(status);
    return;
  }
  loop_.After(backoff_.Next(), lifetime_.Guard([this] { Ask(); }));
}

}  // namespace sparsweep::worker
