#include "cli/attach.h"

#include <chrono>
#include <thread>
#include <utility>

#include "cli/client.h"
#include "cli/endpoint.h"

namespace sparsweep::cli {
namespace {

constexpr std::chrono::seconds kHealthTimeout(5);
constexpr std::chrono::seconds kPatience(10);
constexpr std::chrono::milliseconds kPoll(200);

}  // namespace

absl::StatusOr<Attached> AttachOrStart(const std::string& data_directory, StopSignals* signals) {
  const auto limit = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    auto endpoint = LiveEndpoint(data_directory);
    if (endpoint.ok() && Client(endpoint->address, kHealthTimeout).CheckServing().ok()) {
      return Attached{std::move(endpoint->address), std::move(endpoint->page), nullptr};
    }
    auto cluster = LocalCluster::Start(data_directory, signals);
    if (cluster.ok()) {
      return Attached{(*cluster)->address(), (*cluster)->page(), *std::move(cluster)};
    }
    if (!absl::IsFailedPrecondition(cluster.status()) || std::chrono::steady_clock::now() > limit) {
      return cluster.status();
    }
    if (signals == nullptr) {
      std::this_thread::sleep_for(kPoll);
    } else if (signals->WaitFor(kPoll)) {
      return absl::CancelledError("stopped while another command held the data directory");
    }
  }
}

}  // namespace sparsweep::cli
