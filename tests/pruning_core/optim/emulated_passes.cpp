#include "tests/pruning_core/optim/emulated_passes.h"

#include <memory>
#include <utility>

#include "pruning_core/optim/cuda/cuda_passes.h"

namespace sparsweep::core {

namespace testing {
bool emulates_device = false;
}

// In place of the one in core_optim.
DevicePassesMaker FindDevicePasses(at::Device /*device*/) {
  if (!testing::emulates_device) return nullptr;
  return
      [](DeviceArrays arrays) { return std::make_unique<CudaPasses>(std::move(arrays), nullptr); };
}

}  // namespace sparsweep::core
