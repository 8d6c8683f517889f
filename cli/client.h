// The coordinator's services as plain calls: pages joined, deadlines set, gRPC's statuses turned
// into absl's.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sparsweep/v1/mask.pb.h"
#include "sparsweep/v1/result.pb.h"
#include "sparsweep/v1/sweep.pb.h"
#include "sparsweep/v1/trial.pb.h"

namespace sparsweep::cli {

// Every finished trial of a sweep.
struct Front {
  std::string metric;
  bool maximize = true;
  std::vector<v1::FrontPoint> points;
};

// Owned by a command. Calls block for at most the timeout each; one thread.
class Client {
 public:
  // `address` = "unix:/path/to.sock" or "host:port". Connects with the first call.
  Client(const std::string& address, std::chrono::milliseconds timeout);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `request` without an id, which it gets here.
  [[nodiscard]] absl::StatusOr<v1::SubmitSweepResponse> Submit(v1::SubmitSweepRequest request);
  [[nodiscard]] absl::StatusOr<v1::Sweep> GetSweep(const std::string& name);
  [[nodiscard]] absl::StatusOr<std::vector<v1::Sweep>> ListSweeps();
  [[nodiscard]] absl::StatusOr<v1::Sweep> CancelSweep(const std::string& name);
  [[nodiscard]] absl::StatusOr<v1::Trial> GetTrial(const std::string& name);
  [[nodiscard]] absl::StatusOr<std::vector<v1::Trial>> ListTrials(const std::string& sweep);
  [[nodiscard]] absl::StatusOr<Front> GetFront(const std::string& sweep);
  // Empty for a trial without an accepted mask (dense).
  [[nodiscard]] absl::StatusOr<std::vector<v1::MaskMatrix>> MaskMatrices(const std::string& trial);

  // OK when the sweep service takes calls, UNAVAILABLE when it does not (yet), or nobody answers.
  [[nodiscard]] absl::Status CheckServing();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sparsweep::cli
