#include "pruning_core/kernels/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace sparsweep::core {
namespace {

std::atomic<size_t>& Threads() {
  static std::atomic<size_t> threads = 1;
  return threads;
}

}  // namespace

void SetParallelThreads(size_t threads) { Threads() = std::max<size_t>(threads, 1); }

void ParallelFor(size_t count, const std::function<void(size_t)>& work) {
  const auto threads = static_cast<int>(Threads());
  if (threads <= 1 || count <= 1) {
    for (size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<size_t> failed = count;  // the lowest i that threw
  std::exception_ptr error;
  std::mutex mutex;
  // All threads, also where there are fewer pieces: a smaller team would end the others. Within
  // another parallel loop it has one.
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(monotonic : dynamic, 1)
#endif
  for (size_t i = 0; i < count; ++i) {
    if (i > failed) continue;
    try {
      work(i);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (i < failed) {
        failed = i;
        error = std::current_exception();
      }
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace sparsweep::core
