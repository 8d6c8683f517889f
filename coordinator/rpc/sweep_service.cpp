#include <utility>

#include <grpcpp/support/server_callback.h>

#include "coordinator/coordinator_core/checked_sweep.h"
#include "coordinator/rpc/call_end.h"
#include "coordinator/rpc/messages.h"
#include "coordinator/rpc/service_makers.h"
#include "dashboard_api/snapshot_queries.h"
#include "dashboard_api/trial_messages.h"
#include "sparsweep/v1/sweep.grpc.pb.h"

namespace sparsweep::coordinator::rpc {
namespace {

// A file is parsed and laid out before the loop sees it; lists come from the snapshot.
class SweepService final : public v1::SweepService::CallbackService {
 public:
  SweepService(const ServiceDeps& deps, BlockingWork& work) : deps_(deps), work_(work) {}

  grpc::ServerUnaryReactor* SubmitSweep(grpc::CallbackServerContext* context,
                                        const v1::SubmitSweepRequest* request,
                                        v1::SubmitSweepResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    work_.Post([this, call, request, response] { Submit(call, *request, response); });
    return call;
  }

  grpc::ServerUnaryReactor* CancelSweep(grpc::CallbackServerContext* context,
                                        const v1::CancelSweepRequest* request,
                                        v1::CancelSweepResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    if (absl::Status valid = CheckRequestId(request->request_id()); !valid.ok()) {
      EndCall(call, valid);
      return call;
    }
    deps_.loop.Post([this, call, request, response] {
      deps_.core.CancelSweep({request->request_id(), request->name()},
                             EndWith<SweepAnswer>(call, [response](const SweepAnswer& answer) {
                               Encode(answer, response->mutable_sweep());
                             }));
    });
    return call;
  }

  grpc::ServerUnaryReactor* GetSweep(grpc::CallbackServerContext* context,
                                     const v1::GetSweepRequest* request,
                                     v1::GetSweepResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    const auto snapshot = deps_.board.Current();
    const auto sweep = dashboard_api::GetSweep(*snapshot, request->name());
    if (sweep.ok()) dashboard_api::FillSweep(**sweep, response->mutable_sweep());
    EndCall(call, sweep.status());
    return call;
  }

  grpc::ServerUnaryReactor* ListSweeps(grpc::CallbackServerContext* context,
                                       const v1::ListSweepsRequest* request,
                                       v1::ListSweepsResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    const auto snapshot = deps_.board.Current();
    const auto page =
        dashboard_api::ListSweeps(*snapshot, {request->page_size(), request->page_token()});
    if (page.ok()) {
      for (const auto* sweep : page->rows) dashboard_api::FillSweep(*sweep, response->add_sweeps());
      response->set_next_page_token(page->next_page_token);
    }
    EndCall(call, page.status());
    return call;
  }

 private:
  void Submit(grpc::ServerUnaryReactor* call, const v1::SubmitSweepRequest& request,
              v1::SubmitSweepResponse* response) {
    if (absl::Status valid = CheckRequestId(request.request_id()); !valid.ok()) {
      return EndCall(call, valid);
    }
    sweep::SweepSource source{request.yaml(), request.base_directory()};
    if (!request.file_name().empty()) source.file = request.file_name();
    auto checked = CheckSweep(source);
    if (!checked.ok()) return EndCall(call, checked.status());
    auto submit = std::make_shared<SubmitRequest>();
    submit->request_id = request.request_id();
    submit->validate_only = request.validate_only();
    submit->sweep = *std::move(checked);
    deps_.loop.Post([this, call, submit = std::move(submit), response] {
      deps_.core.SubmitSweep(*submit,
                             EndWith<SweepAnswer>(call, [response](const SweepAnswer& answer) {
                               Encode(answer, response->mutable_sweep());
                               response->set_attached(answer.attached);
                             }));
    });
  }

  ServiceDeps deps_;
  BlockingWork& work_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSweepService(const ServiceDeps& deps, BlockingWork& work) {
  return std::make_unique<SweepService>(deps, work);
}

}  // namespace sparsweep::coordinator::rpc
