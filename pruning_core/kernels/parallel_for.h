// Independent pieces of work on several cores. No torch.
#pragma once

#include <cstddef>
#include <functional>

namespace sparsweep::core {

// How many threads ParallelFor() uses, the caller's among them; 1 until set. Threads stay until the
// number changes or the process ends. Not while a ParallelFor() runs.
void SetParallelThreads(size_t threads);

// work(i) once for each i in [0, count), begun in that order; returns when all have ended. When
// some throw, no more are begun and the exception of the lowest i is rethrown: the one that a loop
// would have thrown. Calls from within `work`, or from two threads at once, run as plain loops.
void ParallelFor(size_t count, const std::function<void(size_t)>& work);

}  // namespace sparsweep::core
