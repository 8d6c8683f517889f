#include "dashboard_api/store_metrics.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "dashboard_api/metric_family.h"

namespace sparsweep::dashboard_api {
namespace {

prometheus::MetricFamily CommitDurations(const store::DurationHistogram& durations) {
  prometheus::ClientMetric metric;
  uint64_t total = 0;
  for (size_t i = 0; i < durations.counts.size(); ++i) {
    total += durations.counts[i];
    const bool bounded = i < durations.kUpperBounds.size();
    metric.histogram.bucket.push_back(
        {total, bounded ? durations.kUpperBounds[i] : std::numeric_limits<double>::infinity()});
  }
  metric.histogram.sample_count = total;
  metric.histogram.sample_sum = durations.sum;
  return {"sparsweep_store_commit_duration_seconds",
          "Time from the begin of a transaction to the return of its sync.",
          prometheus::MetricType::Histogram,
          {std::move(metric)}};
}

}  // namespace

std::vector<prometheus::MetricFamily> StoreMetrics(const store::StoreStatistics& statistics) {
  std::vector<prometheus::MetricFamily> families;
  families.push_back(CommitDurations(statistics.commit_duration));
  families.push_back(Counter("sparsweep_store_committed_batches_total", "Batches committed.",
                             static_cast<double>(statistics.committed_batches)));
  families.push_back(Gauge("sparsweep_store_queued_batches", "Batches that are not on disk yet.",
                           static_cast<double>(statistics.queued_batches)));
  families.push_back(Counter("sparsweep_store_errors_total", "Transactions that failed.",
                             static_cast<double>(statistics.errors)));
  families.push_back(Gauge("sparsweep_store_wal_bytes", "Size of the write-ahead log.",
                           static_cast<double>(statistics.wal_bytes)));
  families.push_back(Gauge("sparsweep_store_database_bytes",
                           "Size of the database without its write-ahead log.",
                           static_cast<double>(statistics.database_bytes)));
  families.push_back(Gauge("sparsweep_mask_store_bytes", "Size of the database of masks.",
                           static_cast<double>(statistics.mask_database_bytes)));
  return families;
}

}  // namespace sparsweep::dashboard_api
