// What a finished run leaves: masks, the exported model, and the events that tell of them.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "contract/mask_file.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/run_inputs.h"

namespace sparsweep::core {

// Writes masks.safetensors and model/ into spec.directory from `masks` and the weights that the
// model of `inputs` has, and emits mask, export, density, target_density where one was asked for,
// and finished with `score`. Throws UserError, std::system_error.
void WriteResult(const contract::TrialSpec& spec, const RunInputs& inputs,
                 const std::vector<contract::MaskMatrix>& masks,
                 const std::optional<TargetDensityReport>& target, double score,
                 const std::function<void(contract::EventBody)>& emit);

}  // namespace sparsweep::core
