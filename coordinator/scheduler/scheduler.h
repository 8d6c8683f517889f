// What to do now, as a function of what is. Pure and deterministic.
#pragma once

#include "base/clock.h"
#include "coordinator/scheduler/plan.h"
#include "coordinator/state/cluster_state.h"

namespace sparsweep::coordinator {

// Leases first: those that expired, those of canceled attempts and of slots that are gone. Then
// each sweep that is being checked and has no live worker on it gets one. Then free slots go to the
// sweeps in the order they were created, within a sweep to the trials in the order of the plan, at
// most max_concurrent of a sweep at a time. A trial goes back to the worker it was on before, where
// its checkpoint lies, else to the one with the most free slots (free_slots.h); of several ranks it
// gets all slots or none, and the first that does not fit reserves (README.md). Workers that drain,
// were not heard from for a lease's duration or still hold something unknown get nothing. A slot
// whose lease expired or was revoked is granted by the next plan.
[[nodiscard]] Plan MakePlan(const ClusterState& state, base::SteadyTime now);

}  // namespace sparsweep::coordinator
