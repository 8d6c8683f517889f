#include <utility>

#include <grpcpp/support/server_callback.h>

#include "coordinator/rpc/call_end.h"
#include "coordinator/rpc/messages.h"
#include "coordinator/rpc/service_makers.h"
#include "sparsweep/v1/worker.grpc.pb.h"

namespace sparsweep::coordinator::rpc {
namespace {

class WorkerService final : public v1::WorkerService::CallbackService {
 public:
  explicit WorkerService(const ServiceDeps& deps) : deps_(deps) {}

  grpc::ServerUnaryReactor* Sync(grpc::CallbackServerContext* context,
                                 const v1::SyncRequest* message,
                                 v1::SyncResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    auto request = Decode(*message);
    if (!request.ok()) {
      EndCall(call, request.status());
      return call;
    }
    deps_.loop.Post([this, call, request = *std::move(request), response]() mutable {
      deps_.core.Sync(std::move(request),
                      EndWith<SyncAnswer>(call, [response](const SyncAnswer& answer) {
                        Encode(answer, response);
                      }));
    });
    return call;
  }

  grpc::ServerUnaryReactor* ReportEvents(grpc::CallbackServerContext* context,
                                         const v1::ReportEventsRequest* message,
                                         v1::ReportEventsResponse* response) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    auto report = Decode(*message);
    if (!report.ok()) {
      EndCall(call, report.status());
      return call;
    }
    deps_.loop.Post([this, call, report = *std::move(report), response] {
      deps_.core.ReportEvents(report, EndWith<EventAck>(call, [response](const EventAck& ack) {
                                response->set_acknowledged_sequence(ack.acknowledged_sequence);
                              }));
    });
    return call;
  }

  grpc::ServerUnaryReactor* ReportCheck(grpc::CallbackServerContext* context,
                                        const v1::ReportCheckRequest* message,
                                        v1::ReportCheckResponse*) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    deps_.loop.Post([this, call, message] {
      deps_.core.ReportCheck(Decode(*message), [call](const absl::StatusOr<Done>& answer) {
        EndCall(call, answer.status());
      });
    });
    return call;
  }

 private:
  ServiceDeps deps_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeWorkerService(const ServiceDeps& deps) {
  return std::make_unique<WorkerService>(deps);
}

}  // namespace sparsweep::coordinator::rpc
