// Sums over the threads of a block in a fixed order.
#pragma once

#include "pruning_core/kernels/cuda/work_list.h"

namespace sparsweep::core {

// Every thread gets the sum. All threads of the block call it; kBlockThreads of them.
__device__ inline double BlockSum(double term) {
  __shared__ double sums[kBlockThreads];
  const int thread = static_cast<int>(threadIdx.x);
  sums[thread] = term;
  __syncthreads();
  for (int half = kBlockThreads / 2; half > 0; half /= 2) {
    if (thread < half) sums[thread] += sums[thread + half];
    __syncthreads();
  }
  const double sum = sums[0];
  __syncthreads();
  return sum;
}

}  // namespace sparsweep::core
