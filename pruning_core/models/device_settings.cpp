#include "pruning_core/models/device_settings.h"

#include <ATen/Context.h>

#include <cstdlib>

namespace sparsweep::core {

void ComputeRepeatably(at::Device device) {
  if (!device.is_cuda()) return;
  // cuBLAS reads it when it starts; without it LibTorch refuses products in deterministic mode.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);  // NOLINT(concurrency-mt-unsafe)
  at::Context& context = at::globalContext();
  context.setDeterministicAlgorithms(true, /*warn_only=*/false);
  context.setDeterministicFillUninitializedMemory(false);  // nothing reads what it has not written
  context.setSDPUseCuDNN(false);
  context.setAllowBF16ReductionCuBLAS(/*allow_reduced_precision=*/false, /*allow_splitk=*/true);
}

}  // namespace sparsweep::core
