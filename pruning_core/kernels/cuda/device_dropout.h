// FillDropout() on a GPU: the same bits.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "pruning_core/kernels/dropout_factors.h"

namespace sparsweep::core {

// Queued on the stream, waits for nothing. `rows` (one an example), shape.starts and `factors`, at
// a multiple of 16 bytes, are memory of the current device. Throws CudaError.
void FillDropoutOnDevice(const DropoutPlace& place, const DropoutRate& rate, const uint32_t* rows,
                         int64_t examples, const DropoutShape& shape, float* factors,
                         cudaStream_t stream);

}  // namespace sparsweep::core
