#include "pruning_core/kernels/process_memory.h"

#include <malloc.h>

#include <limits>

namespace sparsweep::core {

void KeepFreedMemory() {
#if defined(__GLIBC__)
  constexpr int kLargestFromTheHeap = 32 << 20;  // bytes; glibc allows no more
  mallopt(M_MMAP_THRESHOLD, kLargestFromTheHeap);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

}  // namespace sparsweep::core
