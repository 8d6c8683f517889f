// The long poll: one Sync after another for as long as the worker lives.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/executor.h"
#include "worker/backoff.h"
#include "worker/coordinator_client.h"
#include "worker/lifetime.h"

namespace sparsweep::worker {

// Loop thread. Owned by the daemon; `loop`, `clock` and `client` outlive it.
class SyncLoop {
 public:
  struct Callbacks {
    // Fills in everything but the sequence; `wait` decides how long the call may take.
    std::function<void(v1::SyncRequest*)> describe;
    // `sent` is when the Sync that is answered was sent: leases count from there.
    std::function<void(const v1::SyncResponse&, base::SteadyTime sent)> answered;
    // Another try follows by itself.
    std::function<void(const absl::Status&)> failed;
  };

  SyncLoop(base::Executor& loop, const base::Clock& clock, CoordinatorClient& client,
           Callbacks callbacks)
      : loop_(loop), clock_(clock), client_(client), callbacks_(std::move(callbacks)) {}
  ~SyncLoop();

  void Start();
  // What `describe` says has changed: ends the poll in flight and begins another.
  void SyncNow();
  // No further Sync.
  void Stop();

 private:
  void Send();
  void SendAfter(std::chrono::nanoseconds delay);
  void OnAnswer(const absl::Status& status, const v1::SyncResponse& response,
                base::SteadyTime sent);

  base::Executor& loop_;
  const base::Clock& clock_;
  CoordinatorClient& client_;
  Callbacks callbacks_;
  Backoff backoff_;
  std::optional<base::TimerId> timer_;
  base::SteadyTime last_sent_{};
  uint64_t sequence_ = 0;
  bool in_flight_ = false;
  bool hurry_ = false;  // SyncNow was called while one was in flight
  bool stopped_ = false;
  Lifetime lifetime_;
};

}  // namespace sparsweep::worker
