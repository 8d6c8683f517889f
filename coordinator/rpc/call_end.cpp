#include "coordinator/rpc/call_end.h"

#include <grpcpp/support/server_callback.h>

#include "base/rpc/errors.h"

namespace sparsweep::coordinator::rpc {

void EndCall(grpc::ServerUnaryReactor* call, const absl::Status& status) {
  call->Finish(base::rpc::ToGrpc(status));
}

}  // namespace sparsweep::coordinator::rpc
