#include "tests/support/fake_coordinator.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/rpc/errors.h"
#include "base/rpc/server.h"
#include "base/status.h"
#include "contract/crc32c.h"
#include "contract/mask_file.h"
#include "sparsweep/v1/mask.grpc.pb.h"
#include "sparsweep/v1/worker.grpc.pb.h"

namespace sparsweep::test {
namespace {

using google::protobuf::util::TimeUtil;
using worker::AttemptId;

grpc::Status Stale() {
  return base::rpc::ToGrpc(base::WithReason(absl::FailedPreconditionError("stale"),
                                            {.reason = "STALE_ATTEMPT", .metadata = {}}));
}

}  // namespace

struct FakeCoordinator::Impl {
  std::mutex mutex;
  std::condition_variable changed;
  State state;
  std::map<std::string, v1::DesiredLease> leases;  // by trial
  std::map<std::string, v1::DesiredCheck> checks;
  std::map<std::string, std::string> partial_masks;
  int reports_to_fail = 0;
  absl::Status report_failure;
  std::optional<uint64_t> break_upload_after;
  absl::Status sync_refusal;
  bool stopping = false;

  [[nodiscard]] bool Holds(const AttemptId& id) const {
    const auto lease = leases.find(id.trial);
    return lease != leases.end() && lease->second.spec().attempt_number() == id.attempt_number;
  }
  [[nodiscard]] bool Differs(const v1::SyncRequest& request) const {
    if (request.held_size() != static_cast<int>(leases.size())) return true;
    for (const v1::HeldLease& held : request.held()) {
      if (!Holds({held.trial(), held.attempt_number()})) return true;
    }
    return request.checking_size() != static_cast<int>(checks.size());
  }

  class WorkerService final : public v1::WorkerService::Service {
   public:
    explicit WorkerService(Impl& owner) : impl(owner) {}
    grpc::Status Sync(grpc::ServerContext* context, const v1::SyncRequest* request,
                      v1::SyncResponse* response) override;
    grpc::Status ReportEvents(grpc::ServerContext*, const v1::ReportEventsRequest* request,
                              v1::ReportEventsResponse* response) override;
    grpc::Status ReportCheck(grpc::ServerContext*, const v1::ReportCheckRequest* request,
                             v1::ReportCheckResponse*) override;
    Impl& impl;
  };
  class MaskService final : public v1::MaskService::Service {
   public:
    explicit MaskService(Impl& owner) : impl(owner) {}
    grpc::Status GetMaskUpload(grpc::ServerContext*, const v1::GetMaskUploadRequest* request,
                               v1::GetMaskUploadResponse* response) override;
    grpc::Status UploadMask(grpc::ServerContext*, grpc::ServerReader<v1::UploadMaskRequest>* reader,
                            v1::UploadMaskResponse* response) override;
    Impl& impl;
  };
  WorkerService worker_service{*this};
  MaskService mask_service{*this};
  std::unique_ptr<base::rpc::Server> server;
};

grpc::Status FakeCoordinator::Impl::WorkerService::Sync(grpc::ServerContext* context,
                                                        const v1::SyncRequest* request,
                                                        v1::SyncResponse* response) {
  std::unique_lock lock(impl.mutex);
  ++impl.state.syncs;
  impl.state.last_sync = *request;
  impl.changed.notify_all();
  if (!impl.sync_refusal.ok()) return base::rpc::ToGrpc(impl.sync_refusal);
  const auto wait = std::chrono::milliseconds(TimeUtil::DurationToMilliseconds(request->wait()));
  const auto end = std::chrono::steady_clock::now() + wait;
  // Wakes up now and then to see that the caller has gone.
  while (!impl.Differs(*request) && !impl.stopping && !context->IsCancelled() &&
         std::chrono::steady_clock::now() < end) {
    impl.changed.wait_until(
        lock, std::min(end, std::chrono::steady_clock::now() + std::chrono::milliseconds(20)));
  }
  for (const auto& [trial, lease] : impl.leases) *response->add_leases() = lease;
  for (const auto& [sweep, check] : impl.checks) *response->add_checks() = check;
  return grpc::Status::OK;
}

grpc::Status FakeCoordinator::Impl::WorkerService::ReportEvents(
    grpc::ServerContext*, const v1::ReportEventsRequest* request,
    v1::ReportEventsResponse* response) {
  const std::lock_guard lock(impl.mutex);
  impl.changed.notify_all();
  if (impl.reports_to_fail > 0) {
    --impl.reports_to_fail;
    return base::rpc::ToGrpc(impl.report_failure);
  }
  const AttemptId id{request->trial(), request->attempt_number()};
  if (!impl.Holds(id)) {
    ++impl.state.refused_stale;
    return Stale();
  }
  Attempt& attempt = impl.state.attempts[id];
  for (const v1::TrainerEvent& event : request->events()) {
    if (event.sequence() > attempt.events.size()) attempt.events.push_back(event);
  }
  if (request->has_outcome()) {
    attempt.outcome = request->outcome();
    impl.leases.erase(id.trial);
  }
  response->set_acknowledged_sequence(attempt.events.size());
  return grpc::Status::OK;
}

grpc::Status FakeCoordinator::Impl::WorkerService::ReportCheck(
    grpc::ServerContext*, const v1::ReportCheckRequest* request, v1::ReportCheckResponse*) {
  const std::lock_guard lock(impl.mutex);
  impl.state.checks.push_back(*request);
  impl.checks.erase(request->sweep());
  impl.changed.notify_all();
  return grpc::Status::OK;
}

grpc::Status FakeCoordinator::Impl::MaskService::GetMaskUpload(
    grpc::ServerContext*, const v1::GetMaskUploadRequest* request,
    v1::GetMaskUploadResponse* response) {
  const std::lock_guard lock(impl.mutex);
  response->set_complete(impl.state.masks.contains(request->file_hash()));
  const auto partial = impl.partial_masks.find(request->file_hash());
  if (partial != impl.partial_masks.end()) response->set_received_bytes(partial->second.size());
  return grpc::Status::OK;
}

grpc::Status FakeCoordinator::Impl::MaskService::UploadMask(
    grpc::ServerContext*, grpc::ServerReader<v1::UploadMaskRequest>* reader,
    v1::UploadMaskResponse* response) {
  v1::UploadMaskRequest message;
  if (!reader->Read(&message) || !message.has_header()) return Stale();
  const v1::UploadMaskHeader header = message.header();
  while (reader->Read(&message)) {
    const std::lock_guard lock(impl.mutex);
    std::string& partial = impl.partial_masks[header.file_hash()];
    const v1::UploadMaskChunk& chunk = message.chunk();
    if (chunk.offset() != partial.size() || chunk.crc32c() != contract::Crc32c(chunk.data())) {
      return base::rpc::ToGrpc(absl::DataLossError("bad chunk"));
    }
    partial += chunk.data();
    if (impl.break_upload_after && partial.size() >= *impl.break_upload_after) {
      impl.break_upload_after.reset();
      return base::rpc::ToGrpc(absl::UnavailableError("broken"));
    }
  }
  const std::lock_guard lock(impl.mutex);
  const auto partial = impl.partial_masks.find(header.file_hash());
  if (partial != impl.partial_masks.end() && partial->second.size() == header.total_bytes()) {
    if (contract::ContentHash(partial->second) != header.file_hash()) {
      return base::rpc::ToGrpc(absl::DataLossError("bad file"));
    }
    impl.state.masks[header.file_hash()] = partial->second;
    impl.partial_masks.erase(partial);
  }
  if (impl.state.masks.contains(header.file_hash())) {
    impl.state.mask_of[{header.trial(), header.attempt_number()}] = header.file_hash();
    response->set_received_bytes(header.total_bytes());
  }
  impl.changed.notify_all();
  return grpc::Status::OK;
}

FakeCoordinator::FakeCoordinator(std::string socket)
    : socket_(std::move(socket)), impl_(std::make_unique<Impl>()) {
  Serve();
}

FakeCoordinator::~FakeCoordinator() { StopServing(); }

void FakeCoordinator::Serve() {
  impl_->stopping = false;
  auto server = base::rpc::Server::Start({address()}, /*insecure=*/false,
                                         {&impl_->worker_service, &impl_->mask_service});
  impl_->server = std::move(server).value();
}

void FakeCoordinator::StopServing() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->changed.notify_all();
  }
  if (impl_->server != nullptr) impl_->server->Shutdown(std::chrono::milliseconds(0));
  impl_->server.reset();
}

void FakeCoordinator::LeaseGang(const v1::TrialSpec& spec, const std::vector<std::string>& slots,
                                std::chrono::milliseconds duration,
                                const std::vector<uint32_t>& earlier_attempts) {
  v1::DesiredLease lease;
  *lease.mutable_spec() = spec;
  lease.mutable_slots()->Add(slots.begin(), slots.end());
  *lease.mutable_duration() = TimeUtil::MillisecondsToDuration(duration.count());
  lease.mutable_earlier_attempts()->Add(earlier_attempts.begin(), earlier_attempts.end());
  const std::lock_guard lock(impl_->mutex);
  impl_->leases[spec.trial()] = lease;
  impl_->changed.notify_all();
}

void FakeCoordinator::Revoke(const std::string& trial) {
  const std::lock_guard lock(impl_->mutex);
  impl_->leases.erase(trial);
  impl_->changed.notify_all();
}

void FakeCoordinator::WantCheck(const std::string& sweep, const v1::TrialSpec& spec) {
  const std::lock_guard lock(impl_->mutex);
  v1::DesiredCheck& check = impl_->checks[sweep];
  check.set_sweep(sweep);
  *check.mutable_spec() = spec;
  impl_->changed.notify_all();
}

void FakeCoordinator::FailReports(int count, const absl::Status& status) {
  const std::lock_guard lock(impl_->mutex);
  impl_->reports_to_fail = count;
  impl_->report_failure = status;
}

void FakeCoordinator::RefuseSyncs(const absl::Status& status) {
  const std::lock_guard lock(impl_->mutex);
  impl_->sync_refusal = status;
}

void FakeCoordinator::BreakUploadAfter(uint64_t bytes) {
  const std::lock_guard lock(impl_->mutex);
  impl_->break_upload_after = bytes;
}

bool FakeCoordinator::WaitUntil(const std::function<bool(const State&)>& done) {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, std::chrono::seconds(30),
                                 [this, &done] { return done(impl_->state); });
}

FakeCoordinator::State FakeCoordinator::Snapshot() {
  const std::lock_guard lock(impl_->mutex);
  return impl_->state;
}

}  // namespace sparsweep::test
