// Views of the snapshot as messages of sparsweep.v1: one form for every service that returns a
// sweep or a trial. Pure; any thread.
#pragma once

#include "dashboard_api/snapshot.h"

namespace sparsweep::v1 {
class Sweep;
class Trial;
}  // namespace sparsweep::v1

namespace sparsweep::dashboard_api {

// Both clear the message first.
void FillSweep(const SweepView& sweep, v1::Sweep* message);
void FillTrial(const SweepView& sweep, const TrialView& trial, v1::Trial* message);

}  // namespace sparsweep::dashboard_api
