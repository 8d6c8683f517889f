// Batches of one width, for losses that count padding.
#pragma once

#include <cstdint>

#include "pruning_core/data/batch.h"

namespace sparsweep::core {

// The batch padded to `positions` tokens, its padding counts; as it is with 0.
[[nodiscard]] Batch PadTo(Batch batch, int64_t positions, int32_t pad_id);

}  // namespace sparsweep::core
