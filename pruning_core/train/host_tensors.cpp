#include "pruning_core/train/host_tensors.h"

#include <ATen/core/grad_mode.h>

namespace sparsweep::core {

std::vector<NamedTensor> OnHost(const std::vector<NamedTensor>& tensors) {
  std::vector<NamedTensor> copies;
  for (const NamedTensor& named : tensors) copies.push_back({named.name, named.tensor.cpu()});
  return copies;
}

void CopyBack(const std::vector<NamedTensor>& from_host, const std::vector<NamedTensor>& tensors) {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i].tensor.is_cpu()) tensors[i].tensor.copy_(from_host[i].tensor);
  }
}

}  // namespace sparsweep::core
