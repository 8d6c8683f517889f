// Client side: one channel with the retry policy, keepalive and message limits every client uses.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace sparsweep::base::rpc {

// `address` = "unix:/path/to.sock" or "host:port". Never fails; calls do.
[[nodiscard]] std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// Every call has a deadline.
void SetDeadline(grpc::ClientContext* context, std::chrono::milliseconds timeout);

}  // namespace sparsweep::base::rpc
