// The Prometheus text exposition (format 0.0.4), made from the newest snapshot, the store's and the
// process's statistics at each scrape. Takes no lock of the coordinator.
//
// Every value of a state label is there from the start, at 0. The only label that users choose is
// `sweep`, on at most kMaxSweepSeries active sweeps; how many were left out is itself a metric.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "dashboard_api/snapshot.h"

namespace sparsweep::store {
struct StoreStatistics;
}

namespace sparsweep::dashboard_api {

inline constexpr size_t kMaxSweepSeries = 50;

// Owned by coordinator's main; the board is borrowed. Any thread.
class MetricsPage {
 public:
  // `store_statistics` is called once a scrape, on the scraping thread, and must not block.
  MetricsPage(const SnapshotBoard& board, std::function<store::StoreStatistics()> store_statistics);

  [[nodiscard]] std::string Render() const;

 private:
  const SnapshotBoard& board_;
  std::function<store::StoreStatistics()> store_statistics_;
};

}  // namespace sparsweep::dashboard_api
