#include "coordinator/endpoint_file.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"

namespace sparsweep::coordinator {

absl::StatusOr<EndpointFile> EndpointFile::Write(const std::string& path,
                                                 const Endpoint& endpoint) {
  const nlohmann::ordered_json json = {{"grpc", endpoint.grpc},
                                       {"http", endpoint.http + "/?token=" + endpoint.token},
                                       {"token", endpoint.token},
                                       {"pid", getpid()}};
  if (absl::Status status = base::WriteFileAtomically(path, json.dump() + "\n", 0600);
      !status.ok()) {
    return status;
  }
  return EndpointFile(path);
}

EndpointFile::~EndpointFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

EndpointFile::EndpointFile(EndpointFile&& other) noexcept
    : path_(std::exchange(other.path_, std::string())) {}

}  // namespace sparsweep::coordinator
