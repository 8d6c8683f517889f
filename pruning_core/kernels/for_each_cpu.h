// A plain loop compiled once for AVX-512 (F, BW, CD, DQ and VL), once for AVX2 and once for the
// baseline; the loader takes the widest that the processor has. The bits are the same: nothing is
// contracted to fma (-ffp-contract=off), and sums have their own fixed lanes.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SPARSWEEP_FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SPARSWEEP_FOR_EACH_CPU
#endif
