// When this worker must stop each attempt by itself because it has not heard from the coordinator.
//
// A lease counts from the moment the last acknowledged Sync was SENT: the coordinator, which counts
// from when it answered, gives the slot away later than that. Loop thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>

#include "base/clock.h"
#include "base/executor.h"
#include "worker/attempt_id.h"
#include "worker/lifetime.h"

namespace sparsweep::worker {

// How long before the end of a lease its ranks are killed: a fifth of it, at most 5 s.
[[nodiscard]] std::chrono::nanoseconds LeaseMargin(std::chrono::nanoseconds duration);

// Owned by the daemon; `loop` and `clock` outlive it.
class LeaseKeeper {
 public:
  LeaseKeeper(base::Executor& loop, const base::Clock& clock,
              std::function<void(const AttemptId&)> expired)
      : loop_(loop), clock_(clock), expired_(std::move(expired)) {}
  ~LeaseKeeper();

  // False, and nothing is kept, when a lease that counts from `sent` is already over.
  bool Renew(const AttemptId& id, base::SteadyTime sent, std::chrono::nanoseconds duration);
  void Drop(const AttemptId& id);
  // Not over by our count.
  [[nodiscard]] bool Holds(const AttemptId& id) const { return leases_.contains(id); }

  // How long the next Sync may wait so that every lease is renewed several times in its duration: a
  // quarter of the shortest one, at most `longest`.
  [[nodiscard]] std::chrono::nanoseconds SyncWait(std::chrono::nanoseconds longest) const;

 private:
  struct Lease {
    base::SteadyTime end = base::SteadyTime::min();
    std::chrono::nanoseconds duration{};
  };
  void SetTimer();
  void Check();

  base::Executor& loop_;
  const base::Clock& clock_;
  std::function<void(const AttemptId&)> expired_;
  std::map<AttemptId, Lease> leases_;
  base::TimerId timer_ = 0;
  bool timer_set_ = false;
  Lifetime lifetime_;
};

}  // namespace sparsweep::worker
