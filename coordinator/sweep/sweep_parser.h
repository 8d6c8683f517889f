// YAML text → checked sweep. One parser for all clients: it runs in the coordinator. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/sweep/sweep_spec.h"

namespace sparsweep::coordinator::sweep {

struct SweepSource {
  std::string_view yaml;
  std::string base_directory;       // absolute; what relative paths resolve against. Empty: refused
  std::string file = "sweep.yaml";  // for messages
};

// Checks what can be checked without laying out the points: keys, types, ranges of the sweep's own
// fields, paths. Returns the first problem as "FILE:LINE:COLUMN: …" (INVALID_ARGUMENT, reason
// INVALID_SWEEP, metadata file, line, column, field); an unknown key comes with the nearest known.
[[nodiscard]] absl::StatusOr<SweepSpec> ParseSweep(const SweepSource& source);

// Every key the parser knows as a dotted path ("training.steps", "groups.lambda"), for the test
// that holds it against the JSON Schema.
[[nodiscard]] std::vector<std::string> SweepKeys();

}  // namespace sparsweep::coordinator::sweep
