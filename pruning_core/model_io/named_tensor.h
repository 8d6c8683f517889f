// A tensor and the name it has in files and messages.
#pragma once

#include <string>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

}  // namespace sparsweep::core
