#include <stdexcept>

#include "pruning_core/models/device_dropout.h"

namespace sparsweep::core {

bool FillsDropout(at::Device /*device*/) { return false; }

void FillDropoutThere(const DropoutPlace& /*place*/, const DropoutRate& /*rate*/,
                      const at::Tensor& /*rows*/, const DropoutShape& /*shape*/,
                      const at::Tensor& /*factors*/) {
  throw std::logic_error("this program was built without CUDA");
}

}  // namespace sparsweep::core
