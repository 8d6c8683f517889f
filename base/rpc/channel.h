// Client side: one channel with the retry policy, keepalive and message limits every client uses.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace sparsweep::base::rpc {

// `address` = "unix:/path/to.sock" or "host:port". Never fails; calls do.
[[nodiscard]] std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// Methods that a channel calls again when the server is UNAVAILABLE: those where a second call with
// the same request changes nothing more.
struct RetriedMethod {
  const char* service;  // "sparsweep.v1.SweepService"
  const char* method;
};
[[nodiscard]] const std::vector<RetriedMethod>& RetriedMethods();

// Every call has a deadline.
void SetDeadline(grpc::ClientContext* context, std::chrono::milliseconds timeout);

}  // namespace sparsweep::base::rpc
