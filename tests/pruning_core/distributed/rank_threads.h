// Several ranks as threads of a test, over the real thing: TCP on the loopback.
#pragma once

#include <chrono>
#include <functional>

#include "pruning_core/distributed/process_group.h"

namespace sparsweep::test {

// Runs `rank` once for each rank of a group; returns when all have ended, and throws what the
// lowest rank that threw did.
void RunRanks(int64_t size, const std::function<void(core::ProcessGroup&)>& rank,
              std::chrono::seconds hang_timeout = std::chrono::seconds(60),
              at::Device device = at::kCPU);

}  // namespace sparsweep::test
