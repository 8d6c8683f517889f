#include "worker/attempt_delivery.h"

#include <utility>
#include <variant>

#include "base/file.h"
#include "contract/mask_file.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/attempt_outcome.h"
#include "worker/exit_classifier.h"
#include "worker/report_errors.h"

namespace sparsweep::worker {
namespace {

using contract::TrainerError;

constexpr uint64_t kMaskFileLimit = uint64_t{1} << 30;

TrainerError MaskLost(const absl::Status& status) {
  return MakeFailure(
      contract::FailureClass::kInternal, "MASK_LOST",
      "the trial finished but its masks cannot be stored: " + std::string(status.message()));
}

}  // namespace

AttemptDelivery::AttemptDelivery(base::Executor& loop, CoordinatorClient& client,
                                 WorkerIdentity worker, AttemptId id, std::string directory,
                                 Callbacks callbacks)
    : loop_(loop),
      client_(client),
      id_(std::move(id)),
      directory_(std::move(directory)),
      callbacks_(std::move(callbacks)),
      reporter_(loop, client, std::move(worker), id_, directory_,
                EventReporter::Callbacks{
                    .read = [this](const contract::TrainerEvent& event) { OnEvent(event); },
                    .bad_events = callbacks_.bad_events,
                    .stale = [this] { OnStale(); },
                    .reported = [this] { callbacks_.reported(success_reported_); }}) {}

void AttemptDelivery::OnEvent(const contract::TrainerEvent& event) {
  ++events_read_;
  if (const auto* mask = std::get_if<contract::MaskWritten>(&event.body)) mask_ = *mask;
  if (std::holds_alternative<contract::Finished>(event.body)) finished_ = true;
}

void AttemptDelivery::OnStale() {
  success_reported_ = false;
  callbacks_.stale();
}

void AttemptDelivery::Deliver(const std::optional<TrainerError>& error, ExitStatus status) {
  if (error.has_value() || !mask_.has_value()) {
    Report(error, status);
    return;
  }
  absl::StatusOr<std::string> file = base::ReadFile(directory_ + "/" + mask_->file, kMaskFileLimit);
  if (file.ok() && contract::ContentHash(*file) != mask_->hash) {
    file = absl::DataLossError(mask_->file + " is not the file its `mask` event tells of");
  }
  if (!file.ok()) {
    Report(MaskLost(file.status()), status);
    return;
  }
  mask_uploader_ = std::make_unique<MaskUploader>(
      loop_, client_, id_, *std::move(file), [this, status](const absl::Status& stored) {
        if (stored.ok()) {
          Report(std::nullopt, status);
        } else if (ClassifyRefusal(stored) == Refusal::kStale) {
          OnStale();
        } else {
          Report(MaskLost(stored), status);
        }
      });
  mask_uploader_->Start();
}

void AttemptDelivery::Report(const std::optional<TrainerError>& error, ExitStatus status) {
  success_reported_ = !error.has_value();
  mask_uploader_.reset();
  reporter_.Finish(MakeOutcome(error, status));
}

}  // namespace sparsweep::worker
