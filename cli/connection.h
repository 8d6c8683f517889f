// From the options of a command to the coordinator it talks to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/client.h"
#include "cli/command.h"
#include "cli/local_cluster.h"

namespace sparsweep::cli {

inline constexpr char kDefaultData[] = ".sparsweep";

// --data or the default, absolute. It need not exist.
[[nodiscard]] std::string DataDirectory(const Invocation& invocation);

// What a single call may take: --timeout, or 30 s.
[[nodiscard]] std::chrono::milliseconds CallTimeout(const Invocation& invocation);

// Owned by a command. The coordinator it may have started ends with it.
class Connection {
 public:
  // --server ADDR; else the coordinator that holds the data directory; else one that is started on
  // it for the length of this object. NOT_FOUND when there is no such directory.
  [[nodiscard]] static absl::StatusOr<Connection> Open(const Invocation& invocation);

  [[nodiscard]] Client& client() { return *client_; }
  // A coordinator of somebody else: what is submitted to it goes on after this command.
  [[nodiscard]] bool outlives_command() const { return cluster_ == nullptr; }

 private:
  std::unique_ptr<LocalCluster> cluster_;  // null where one runs already
  std::unique_ptr<Client> client_;
};

}  // namespace sparsweep::cli
