// Figures of the store for the metrics page. Plain values, copied out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sparsweep::store {

// Counts per bucket, not cumulative; the last one is above every bound.
struct DurationHistogram {
  static constexpr std::array<double, 12> kUpperBounds = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};  // seconds

  std::array<uint64_t, kUpperBounds.size() + 1> counts{};
  double sum = 0;  // seconds

  void Observe(double seconds) {
    std::size_t bucket = 0;
    while (bucket < kUpperBounds.size() && seconds > kUpperBounds[bucket]) ++bucket;
    ++counts[bucket];
    sum += seconds;
  }
};

struct StoreStatistics {
  DurationHistogram commit_duration;  // from begin to the return of the sync; committed ones only
  uint64_t committed_batches = 0;
  uint64_t errors = 0;          // transactions that failed
  uint64_t queued_batches = 0;  // not yet on disk
  uint64_t wal_bytes = 0;
  uint64_t database_bytes = 0;       // without the WAL
  uint64_t mask_database_bytes = 0;  // filled in from MaskStore::Bytes by who owns both
};

}  // namespace sparsweep::store
