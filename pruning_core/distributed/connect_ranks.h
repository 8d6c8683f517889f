// The ranks of an attempt meet.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/distributed/process_group.h"
#include "pruning_core/distributed/rank_settings.h"

namespace sparsweep::core {

// Rank 0 listens at the rendezvous, the others come there. A rank listens on its address on the way
// to the rendezvous and on no other; what is said is neither encrypted nor authenticated. `device`
// is where this rank's model will be: when each rank has a GPU of its own, tensors there travel by
// NCCL; all others, and those of ranks that share a GPU, by Gloo. Throws UserError for a malformed
// rendezvous, RankLost when the ranks have not met in time.
[[nodiscard]] std::unique_ptr<ProcessGroup> ConnectRanks(const RankSettings& settings,
                                                         at::Device device = at::kCPU);

// Whether ranks with these GPUs (GpuName()) have one each.
[[nodiscard]] bool HaveGpusOfTheirOwn(std::vector<std::string> gpus);

}  // namespace sparsweep::core
