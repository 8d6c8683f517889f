// The only writer of leases. Applies a plan line by line after checking each again: what no longer
// holds is left out and counted as an invariant violation.
//
// Deadlines are counted on the steady clock from when we answered; the worker counts from when it
// asked, which was earlier, so it is always the first to let go. Renewing writes nothing.
#pragma once

#include <string>

#include "base/clock.h"
#include "coordinator/scheduler/attempt_ender.h"
#include "coordinator/scheduler/plan.h"
#include "coordinator/state/transitions.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread.
class LeaseManager {
 public:
  LeaseManager(ClusterState& state, Transitions& transitions, AttemptEnder& ender)
      : state_(state), transitions_(transitions), ender_(ender) {}

  void Apply(const Plan& plan, base::SteadyTime now);

  // After a start: every live attempt gets its lease back for one full duration from `now`, and a
  // trial of several ranks waits as long for its next one.
  void Restore(base::SteadyTime now);
  // The lease exists, is not ending and the worker has a part of it, for these two.
  void Renew(const AttemptKey& key, const std::string& worker, base::SteadyTime now);
  void Take(const AttemptKey& key, const std::string& worker, const std::string& instance);
  // What the worker of rank 0 says of the ranks it has started. From another one: nothing happens.
  void Meet(const AttemptKey& key, const std::string& worker, const std::string& rendezvous);
  // The worker has none of the attempt's processes any more: its slots are free, and the other
  // workers of the attempt, which is over, are told to let go. No such lease: nothing happens.
  void Release(const AttemptKey& key, const std::string& worker);
  // The worker restarted and does not have the attempt any more.
  void Lose(const AttemptKey& key, const std::string& worker, base::SteadyTime now);

 private:
  void Put(const AttemptKey& key, const Placement& placement, base::SteadyTime now);
  [[nodiscard]] bool CanGrant(const Grant& grant) const;
  void Grant(const Grant& grant, base::SteadyTime now);
  void Expire(const AttemptKey& key, base::SteadyTime now);
  // Frees the slots of parts that are over.
  void ReleaseExpired(const AttemptKey& key, base::SteadyTime now);
  void Revoke(const AttemptKey& key, base::SteadyTime now);
  void Assign(const CheckAssignment& check, base::SteadyTime now);
  // The trial whose live attempt this is; nullptr and a violation counted when there is none.
  [[nodiscard]] TrialEntry* Holder(const AttemptKey& key);
  void Violation() { ++state_.tally.invariant_violations; }

  ClusterState& state_;
  Transitions& transitions_;
  AttemptEnder& ender_;
};

}  // namespace sparsweep::coordinator
