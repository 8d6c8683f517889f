// Ranks with a GPU each: NCCL. Two sources: one is linked where the program is built with CUDA, one
// where it is not.
#pragma once

#include <c10/util/intrusive_ptr.h>

#include <memory>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "ATen/core/Tensor.h"
#include "pruning_core/distributed/process_group.h"
#include "pruning_core/distributed/rank_settings.h"

namespace sparsweep::core {

// What tells this GPU from all others, whatever number a process gives it. Empty for the CPU, and
// for any device in a program without CUDA.
[[nodiscard]] std::string GpuName(at::Device device);

// NCCL for tensors on `device`, `host` for all others. No two ranks have the same GPU: NCCL cannot
// do that. It listens on `interface` ("eth0"; any where it is empty) unless the environment says
// otherwise. Wait() keeps the thread until the tensor holds the result, and
// gives NCCL up when it throws. Throws RankLost (NO_RENDEZVOUS) when NCCL does not start.
[[nodiscard]] std::unique_ptr<ProcessGroup> AddNccl(const RankSettings& settings,
                                                    const c10::intrusive_ptr<c10d::Store>& store,
                                                    const std::string& interface,
                                                    std::unique_ptr<ProcessGroup> host,
                                                    at::Device device);

}  // namespace sparsweep::core
