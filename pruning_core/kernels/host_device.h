// Marks the arithmetic of one element that CPU loops and CUDA kernels share. Both are compiled
// without contraction to fma (-ffp-contract=off, --fmad=false), and division and square root are
// rounded as IEEE 754 says: equal inputs give equal bits on either.
#pragma once

#if defined(__CUDACC__)
#define SPARSWEEP_HOST_DEVICE __host__ __device__
#else
#define SPARSWEEP_HOST_DEVICE
#endif
