// A coordinator for tests of the worker alone: real gRPC on a unix socket, no scheduling, no disk.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/attempt_id.h"

namespace sparsweep::test {

// Any thread. The test says which leases and checks are wanted; a lease ends with its outcome.
class FakeCoordinator {
 public:
  struct Attempt {
    std::vector<v1::TrainerEvent> events;  // accepted, in order
    std::optional<v1::AttemptOutcome> outcome;
  };
  // What the test looks at.
  struct State {
    uint64_t syncs = 0;
    v1::SyncRequest last_sync;
    std::map<worker::AttemptId, Attempt> attempts;
    std::map<std::string, std::string> masks;  // hash → whole file
    std::map<worker::AttemptId, std::string> mask_of;
    std::vector<v1::ReportCheckRequest> checks;
    uint64_t refused_stale = 0;
  };

  explicit FakeCoordinator(std::string socket);
  ~FakeCoordinator();

  [[nodiscard]] std::string address() const { return "unix:" + socket_; }

  void Serve();  // listens, again after a StopServing
  void StopServing();

  void Lease(const v1::TrialSpec& spec, const std::string& slot, std::chrono::milliseconds duration,
             const std::vector<uint32_t>& earlier_attempts = {}) {
    LeaseGang(spec, {slot}, duration, earlier_attempts);
  }
  // A rank on each slot; spec.world says which ranks of how many.
  void LeaseGang(const v1::TrialSpec& spec, const std::vector<std::string>& slots,
                 std::chrono::milliseconds duration,
                 const std::vector<uint32_t>& earlier_attempts = {});
  void Revoke(const std::string& trial);
  void WantCheck(const std::string& sweep, const v1::TrialSpec& spec);
  // The next `count` ReportEvents are answered with this.
  void FailReports(int count, const absl::Status& status);
  // Every Sync from now on is answered with this.
  void RefuseSyncs(const absl::Status& status);
  // The next upload breaks after this many bytes.
  void BreakUploadAfter(uint64_t bytes);

  // Waits until `done` holds; false after 30 s.
  [[nodiscard]] bool WaitUntil(const std::function<bool(const State&)>& done);
  [[nodiscard]] State Snapshot();

 private:
  struct Impl;
  std::string socket_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sparsweep::test
