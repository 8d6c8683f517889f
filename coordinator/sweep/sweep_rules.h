// What must hold for a sweep's own fields, once they are read. The rules of a trial are
// contract/validate.h's. Private to this folder.
#pragma once

#include <string>

#include "coordinator/sweep/key_reader.h"
#include "coordinator/sweep/sweep_spec.h"

namespace sparsweep::coordinator::sweep {

// [a-z0-9][a-z0-9._-]{0,62}: it becomes part of paths and labels.
[[nodiscard]] bool IsSweepName(std::string_view name);

// Reports the first rule that does not hold to `reader`.
void CheckRules(const SweepSpec& spec, KeyReader& reader);

// Makes the paths of model and data absolute; an empty `base_directory` refuses relative ones.
void ResolvePaths(const std::string& base_directory, SweepSpec& spec, KeyReader& reader);

}  // namespace sparsweep::coordinator::sweep
