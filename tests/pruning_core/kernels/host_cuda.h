// CUDA's kernels on the host: the words of the language, and a launcher that runs a block's threads
// as fibers of one thread. For tests where there is no GPU; include it before a .cuh.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>

#define __global__
#define __device__
#define __shared__ static  // blocks run one after another

namespace sparsweep::core {

// Of the fiber that runs.
struct HostIndex {
  unsigned x = 0;
};
extern HostIndex threadIdx;
extern HostIndex blockIdx;

// Waits for all threads of the block that have not ended.
void __syncthreads();
// Waits for all lanes of the warp.
uint32_t __ballot_sync(uint32_t mask, bool predicate);
inline int __popc(uint32_t bits) { return std::popcount(bits); }

template <typename T>
T atomicAdd(T* target, T value) {
  const T before = *target;
  *target += value;
  return before;
}
inline int32_t atomicMin(int32_t* target, int32_t value) {
  const int32_t before = *target;
  if (value < before) *target = value;
  return before;
}

// Runs `thread` once for each of the blocks' threads; within a block they take turns at barriers.
void RunBlocks(int32_t blocks, int threads, const std::function<void()>& thread);

// As StreamLauncher.
struct HostLauncher {
  template <typename... Parameters, typename... Arguments>
  void operator()(void (*kernel)(Parameters...), int32_t blocks,
                  const Arguments&... arguments) const {
    RunBlocks(blocks, 256, [&] { kernel(arguments...); });
  }
};

}  // namespace sparsweep::core
