// Tells others on this machine where the coordinator of a data directory listens.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::coordinator {

struct Endpoint {
  std::vector<std::string> grpc;  // addresses to connect to
  std::string http;               // URL of the page without the token
  std::string token;
};

// {"grpc":[…],"http":"http://127.0.0.1:38121/?token=…","token":…,"pid":…}, mode 0600. There while
// the coordinator serves; a pid that runs no more means that it was killed.
class EndpointFile {
 public:
  [[nodiscard]] static absl::StatusOr<EndpointFile> Write(const std::string& path,
                                                          const Endpoint& endpoint);
  ~EndpointFile();  // removes it
  EndpointFile(EndpointFile&& other) noexcept;
  EndpointFile& operator=(EndpointFile&&) = delete;

 private:
  explicit EndpointFile(std::string path) : path_(std::move(path)) {}
  std::string path_;  // empty after a move
};

}  // namespace sparsweep::coordinator
