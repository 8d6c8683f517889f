// Ends of unary calls.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "coordinator/coordinator_core/requests.h"

namespace grpc {
class ServerUnaryReactor;
}

namespace sparsweep::coordinator::rpc {

// Finishes the call with `status` and its details.
void EndCall(grpc::ServerUnaryReactor* call, const absl::Status& status);

// A reply that fills in the response from the answer and ends the call.
template <class Answer>
[[nodiscard]] Reply<Answer> EndWith(grpc::ServerUnaryReactor* call,
                                    std::function<void(const Answer&)> fill) {
  return [call, fill = std::move(fill)](absl::StatusOr<Answer> answer) {
    if (answer.ok()) fill(*answer);
    EndCall(call, answer.status());
  };
}

}  // namespace sparsweep::coordinator::rpc
