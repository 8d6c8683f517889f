// Independent pieces of work on several cores: OpenMP's threads, which LibTorch's loops use, too,
// so that two teams never fight for the cores. No torch.
#pragma once

#include <cstddef>
#include <functional>

namespace sparsweep::core {

// How many threads ParallelFor() uses, the caller's among them; 1 until set.
void SetParallelThreads(size_t threads);

// work(i) once for each i in [0, count), begun in that order; returns when all have ended. When
// some throw, no more are begun and the exception of the lowest i is rethrown: the one that a loop
// would have thrown. Calls from within `work` run as plain loops.
void ParallelFor(size_t count, const std::function<void(size_t)>& work);

}  // namespace sparsweep::core
