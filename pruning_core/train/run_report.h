// What a run says about its matrices.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "contract/mask_file.h"
#include "contract/trainer_event.h"
#include "pruning_core/optim/pruning_optimizer.h"

namespace sparsweep::core {

// Of the masks of the moment.
[[nodiscard]] contract::Density DensityNow(const PruningOptimizer& optimizer);
// Of masks that were kept. `encoder_vectors`: elements of the encoder's biases and LayerNorm.
[[nodiscard]] contract::Density DensityOf(const std::vector<contract::MaskMatrix>& masks,
                                          int64_t encoder_vectors);

// One event for W and one for S of each matrix.
void ReportHistograms(const std::vector<PrunedMatrix>& matrices,
                      const std::function<void(contract::EventBody)>& emit);

}  // namespace sparsweep::core
