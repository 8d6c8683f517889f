// The points of a sweep, in the order of the plan: group by group, within it the product of the
// values (fields in the order of the trial's, the last changes fastest), within that the seeds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "contract/trial_spec.h"
#include "coordinator/sweep/sweep_spec.h"

namespace sparsweep::coordinator::search {

inline constexpr uint64_t kMaxPoints = 100'000;

struct Point {
  contract::TrialSpec spec;  // without trial, attempt, device, directory
  std::string point_hash;
  std::string variant;  // search/variant.h
};

// Every point is checked with contract::Validate, and no two may have the same hash: a sweep that
// holds a point twice is refused, not thinned out. INVALID_ARGUMENT "FILE:LINE:COLUMN: …" at the
// key that is wrong, or at the group. A default `lambda`, `density` or `target_density` is left out
// for methods that take none, and where the group gives the other of the two densities. Pure; any
// thread.
[[nodiscard]] absl::StatusOr<std::vector<Point>> LayOutPoints(const sweep::SweepSpec& sweep);

}  // namespace sparsweep::coordinator::search
