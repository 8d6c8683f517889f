// What the best evaluation's model is made of.
#pragma once

#include <vector>

#include "contract/mask_file.h"
#include "pruning_core/model_io/named_tensor.h"
#include "pruning_core/models/parameter.h"
#include "pruning_core/optim/pruned_matrix.h"

namespace sparsweep::core {

// Copies on the CPU of the trained parameters as the model holds them, masked, and of the masks:
// "parameter/NAME" fp32 and "mask/NAME" U8.
[[nodiscard]] std::vector<NamedTensor> CaptureWeights(const ParameterList& parameters,
                                                      const std::vector<PrunedMatrix>& matrices);

// Writes the captured parameters into the model and the captured masks into `masks`, which have
// the matrices' names and shapes.
void RestoreWeights(const std::vector<NamedTensor>& captured, ParameterList& parameters,
                    std::vector<contract::MaskMatrix>& masks);

}  // namespace sparsweep::core
