// Tensors that files are written from and read into.
#pragma once

#include <vector>

#include "pruning_core/model_io/named_tensor.h"

namespace sparsweep::core {

// The same tensors where they are on the CPU, copies of the others.
[[nodiscard]] std::vector<NamedTensor> OnHost(const std::vector<NamedTensor>& tensors);

// What OnHost(`tensors`) gave, and somebody has filled, goes into them.
void CopyBack(const std::vector<NamedTensor>& from_host, const std::vector<NamedTensor>& tensors);

}  // namespace sparsweep::core
