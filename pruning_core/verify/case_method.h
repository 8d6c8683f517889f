// A stored run's method in the words of a trial's spec.
#pragma once

#include "pruning_core/verify/case_fields.h"
#include "pruning_core/verify/case_file.h"

namespace sparsweep::core {

// Fills method, pruning, threshold_interval, regularized and, for l0, checks the noise. Throws
// UserError BAD_CASE for what this trainer does not have.
void ReadMethod(const CaseFields& root, CaseFile& file);

}  // namespace sparsweep::core
