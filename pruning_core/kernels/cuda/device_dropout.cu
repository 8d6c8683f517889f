#include "pruning_core/kernels/cuda/device_dropout.h"
#include "pruning_core/kernels/cuda/dropout_kernels.cuh"
#include "pruning_core/kernels/cuda/stream_launcher.cuh"

namespace sparsweep::core {

void FillDropoutOnDevice(const DropoutPlace& place, const DropoutRate& rate, const uint32_t* rows,
                         int64_t examples, const DropoutShape& shape, float* factors,
                         cudaStream_t stream) {
  LaunchDropout(StreamLauncher{stream}, place, rate, rows, examples, shape, factors);
}

}  // namespace sparsweep::core
