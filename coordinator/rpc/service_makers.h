// One function a service; services.cpp puts them together.
#pragma once

#include <memory>

#include "coordinator/rpc/blocking_work.h"
#include "coordinator/rpc/mask_uploads.h"
#include "coordinator/rpc/services.h"

namespace sparsweep::coordinator::rpc {

// What they are given outlives them.
[[nodiscard]] std::unique_ptr<grpc::Service> MakeSweepService(const ServiceDeps& deps,
                                                              BlockingWork& work);
[[nodiscard]] std::unique_ptr<grpc::Service> MakeTrialService(const ServiceDeps& deps);
[[nodiscard]] std::unique_ptr<grpc::Service> MakeWorkerService(const ServiceDeps& deps);
[[nodiscard]] std::unique_ptr<grpc::Service> MakeMaskService(const ServiceDeps& deps,
                                                             BlockingWork& work,
                                                             MaskUploads& uploads);

}  // namespace sparsweep::coordinator::rpc
