// SPEC.json as the commands read it.
#pragma once

#include <string>

#include "contract/trial_spec.h"

namespace sparsweep::trainer {

// Throws core::UserError: SPEC_NOT_FOUND, BAD_SPEC (not the JSON form of a TrialSpec).
[[nodiscard]] contract::TrialSpec ReadSpecFile(const std::string& path);

// Makes the attempt's folder where it is missing. Throws std::system_error.
void MakeDirectory(const std::string& directory);

// ATen's threads of this process: `threads` within an operation, one operation at a time.
void SetThreads(uint32_t threads);

}  // namespace sparsweep::trainer
