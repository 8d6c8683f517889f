// The spec.json a worker hands to a trainer.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace sparsweep::v1 {
class TrialSpec;
}

namespace sparsweep::worker {

// Writes directory/spec.json: the JSON form of the spec (proto field names, defaults printed).
[[nodiscard]] absl::Status WriteSpecFile(const v1::TrialSpec& spec, const std::string& directory);

}  // namespace sparsweep::worker
