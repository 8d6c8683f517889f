// What Prometheus' clients report about their own process, from /proc.
#pragma once

#include <cstdint>

namespace sparsweep::dashboard_api {

struct ProcessStatistics {
  double cpu_seconds = 0;         // user and system
  double start_time_seconds = 0;  // since the Unix epoch
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t open_descriptors = 0;
  uint64_t max_descriptors = 0;
};

// Any thread. What cannot be read stays 0.
[[nodiscard]] ProcessStatistics ReadProcessStatistics();

}  // namespace sparsweep::dashboard_api
