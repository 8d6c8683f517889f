// The coordinator client that the daemon uses: gRPC's callback API, results posted to the loop.
#pragma once

#include <memory>
#include <string>

#include "base/executor.h"
#include "worker/coordinator_client.h"

namespace sparsweep::worker {

// `address` as in base/rpc/channel.h. `loop` outlives the client. The destructor cancels what is in
// flight and waits for it; no `done` is called after it has begun.
[[nodiscard]] std::unique_ptr<CoordinatorClient> MakeGrpcClient(const std::string& address,
                                                                base::Executor& loop);

}  // namespace sparsweep::worker
