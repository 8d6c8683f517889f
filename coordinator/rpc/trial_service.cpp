#include <grpcpp/support/server_callback.h>

#include "coordinator/rpc/call_end.h"
#include "coordinator/rpc/service_makers.h"
#include "dashboard_api/snapshot_queries.h"
#include "dashboard_api/trial_messages.h"
#include "sparsweep/v1/trial.grpc.pb.h"

namespace sparsweep::coordinator::rpc {
namespace {

// Answers from the snapshot.
class TrialService final : public v1::TrialService::CallbackService {
 public:
  explicit TrialService(const dashboard_api::SnapshotBoard& board) : board_(board) {}

  grpc::ServerUnaryReactor* GetTrial(grpc::CallbackServerContext* context,
                                     const v1::GetTrialRequest* request,
                                     v1::GetTrialResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    const auto snapshot = board_.Current();
    const auto found = dashboard_api::GetTrial(*snapshot, request->name());
    if (found.ok()) {
      dashboard_api::FillTrial(*found->first, *found->second, response->mutable_trial());
    }
    EndCall(call, found.status());
    return call;
  }

  grpc::ServerUnaryReactor* ListTrials(grpc::CallbackServerContext* context,
                                       const v1::ListTrialsRequest* request,
                                       v1::ListTrialsResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    const auto snapshot = board_.Current();
    EndCall(call, List(*snapshot, *request, response));
    return call;
  }

 private:
  static absl::Status List(const dashboard_api::Snapshot& snapshot,
                           const v1::ListTrialsRequest& request, v1::ListTrialsResponse* response) {
    const auto sweep = dashboard_api::GetSweep(snapshot, request.sweep());
    if (!sweep.ok()) return sweep.status();
    const auto page =
        dashboard_api::ListTrials(**sweep, {request.page_size(), request.page_token()});
    if (!page.ok()) return page.status();
    for (const auto* trial : page->rows) {
      dashboard_api::FillTrial(**sweep, *trial, response->add_trials());
    }
    response->set_next_page_token(page->next_page_token);
    return absl::OkStatus();
  }

  const dashboard_api::SnapshotBoard& board_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTrialService(const ServiceDeps& deps) {
  return std::make_unique<TrialService>(deps.board);
}

}  // namespace sparsweep::coordinator::rpc
