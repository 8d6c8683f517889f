#include <stdexcept>

#include "pruning_core/distributed/nccl_group.h"

namespace sparsweep::core {

std::string GpuName(at::Device /*device*/) { return {}; }

std::unique_ptr<ProcessGroup> AddNccl(const RankSettings& /*settings*/,
                                      const c10::intrusive_ptr<c10d::Store>& /*store*/,
                                      const std::string& /*interface*/,
                                      std::unique_ptr<ProcessGroup> /*host*/,
                                      at::Device /*device*/) {
  throw std::logic_error("this program was built without CUDA");
}

}  // namespace sparsweep::core
