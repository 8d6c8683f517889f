// masks.safetensors of a run's end.
#pragma once

#include <string>
#include <vector>

#include "contract/trainer_event.h"
#include "pruning_core/optim/pruning_optimizer.h"

namespace sparsweep::core {

// Writes DIRECTORY/masks.safetensors (contract/mask_file.h), complete or not at all. Throws
// std::system_error.
contract::MaskWritten WriteMasks(const std::string& directory,
                                 const std::vector<PrunedMatrix>& matrices);

}  // namespace sparsweep::core
