// The form of a sweep that does not depend on how its file is written: defaults filled in, keys
// sorted, numbers in their shortest form, comments gone. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "contract/trial_spec.h"
#include "coordinator/sweep/sweep_spec.h"

namespace sparsweep::coordinator::sweep {

// One line of JSON. A sweep's identity is its name and base::Sha256Hex of this.
[[nodiscard]] std::string CanonicalJson(const SweepSpec& spec);

// resources.threads of a canonical form; 1 when it is none.
[[nodiscard]] uint32_t ThreadsOf(const std::string& canonical_json);
// Likewise of its resources.ranks.
[[nodiscard]] uint32_t RanksOf(const std::string& canonical_json);

// SHA-256 over every field of a trial that decides its result: seed, steps, optimizer, method,
// numerics, precision, threads, world size, layers, pooling, format, lengths and labels. Left out:
// names, the attempt, where things lie (model and data count by their content, the sweep's
// input_hash; a teacher counts by its path) and how often a checkpoint is written. Identity of a
// result = (point hash, input hash).
[[nodiscard]] std::string PointHash(const contract::TrialSpec& spec);

}  // namespace sparsweep::coordinator::sweep
