// masks.safetensors of a run's end.
#pragma once

#include <string>
#include <vector>

#include "contract/mask_file.h"
#include "contract/trainer_event.h"
#include "pruning_core/optim/pruned_matrix.h"

namespace sparsweep::core {

[[nodiscard]] std::vector<contract::MaskMatrix> MasksOf(const std::vector<PrunedMatrix>& matrices);

// Writes DIRECTORY/masks.safetensors (contract/mask_file.h), complete or not at all. Throws
// std::system_error.
contract::MaskWritten WriteMasks(const std::string& directory,
                                 const std::vector<contract::MaskMatrix>& masks);

}  // namespace sparsweep::core
