#include "coordinator/rpc/services.h"

#include <grpcpp/impl/service_type.h>

#include "coordinator/rpc/service_makers.h"
#include "dashboard_api/result_service.h"

namespace sparsweep::coordinator::rpc {
namespace {

constexpr int kBlockingThreads = 2;

}  // namespace

struct Services::Impl {
  explicit Impl(const ServiceDeps& deps)
      : work(kBlockingThreads), uploads(deps.upload_directory, deps.masks) {
    services.push_back(MakeSweepService(deps, work));
    services.push_back(MakeTrialService(deps));
    services.push_back(MakeWorkerService(deps));
    services.push_back(MakeMaskService(deps, work, uploads));
    services.push_back(dashboard_api::MakeResultService(deps.board, deps.metrics));
  }

  BlockingWork work;
  MaskUploads uploads;
  std::vector<std::unique_ptr<grpc::Service>> services;
};

Services::Services(const ServiceDeps& deps) : impl_(std::make_unique<Impl>(deps)) {}
Services::~Services() = default;

std::vector<grpc::Service*> Services::all() const {
  std::vector<grpc::Service*> all;
  for (const auto& service : impl_->services) all.push_back(service.get());
  return all;
}

std::vector<std::string> Services::WritingNames() {
  return {"sparsweep.v1.SweepService", "sparsweep.v1.WorkerService", "sparsweep.v1.MaskService"};
}

std::vector<std::string> Services::ReadingNames() {
  return {"sparsweep.v1.TrialService", dashboard_api::kResultServiceName};
}

}  // namespace sparsweep::coordinator::rpc
