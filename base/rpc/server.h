// Server side: listening addresses, health and reflection for a set of services.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace grpc {
class Service;
}

namespace sparsweep::base::rpc {

// Owned by main; the services outlive it. Any thread.
class Server {
 public:
  // `addresses`: "unix:/path" or "host:port" (port 0 = any free one). UNAVAILABLE/ADDRESS_IN_USE
  // names the address. The socket file of a dead process is replaced. INVALID_ARGUMENT: a host that
  // is not loopback without `insecure` (there is no TLS yet), a malformed address.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::vector<std::string>& addresses,
                                                       bool insecure,
                                                       const std::vector<grpc::Service*>& services);
  ~Server();

  // The addresses with the ports that were bound, in the order of Start's.
  [[nodiscard]] const std::vector<std::string>& addresses() const;

  // "" is the process (liveness); a service's full name is its readiness.
  void SetServing(const std::string& service, bool serving);

  // NOT_SERVING, then waits for calls in flight until `grace` is over, then cancels them.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sparsweep::base::rpc
