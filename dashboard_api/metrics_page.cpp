#include "dashboard_api/metrics_page.h"

#include <prometheus/text_serializer.h>

#include <iterator>
#include <utility>
#include <vector>

#include "base/version.h"
#include "dashboard_api/metric_family.h"
#include "dashboard_api/process_statistics.h"
#include "dashboard_api/snapshot_metrics.h"
#include "dashboard_api/store_metrics.h"

namespace sparsweep::dashboard_api {
namespace {

using prometheus::MetricFamily;

void Append(std::vector<MetricFamily>& families, std::vector<MetricFamily> more) {
  families.insert(families.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

MetricFamily BuildInfo() {
  auto family = GaugeFamily("sparsweep_build_info", "Always 1; the version is a label.");
  AddSeries(family, {{"version", base::kVersion}}, 1);
  return family;
}

std::vector<MetricFamily> ProcessMetrics(const ProcessStatistics& statistics) {
  return {Counter("process_cpu_seconds_total", "User and system CPU time.", statistics.cpu_seconds),
          Gauge("process_start_time_seconds", "When the process started, since the Unix epoch.",
                statistics.start_time_seconds),
          Gauge("process_resident_memory_bytes", "Resident memory.",
                static_cast<double>(statistics.resident_bytes)),
          Gauge("process_virtual_memory_bytes", "Virtual memory.",
                static_cast<double>(statistics.virtual_bytes)),
          Gauge("process_open_fds", "Open file descriptors.",
                static_cast<double>(statistics.open_descriptors)),
          Gauge("process_max_fds", "Most file descriptors that may be open.",
                static_cast<double>(statistics.max_descriptors))};
}

}  // namespace

MetricsPage::MetricsPage(const SnapshotBoard& board,
                         std::function<store::StoreStatistics()> store_statistics)
    : board_(board), store_statistics_(std::move(store_statistics)) {}

std::string MetricsPage::Render() const {
  std::vector<MetricFamily> families{BuildInfo()};
  Append(families, SnapshotMetrics(*board_.Current()));
  Append(families, StoreMetrics(store_statistics_()));
  Append(families, ProcessMetrics(ReadProcessStatistics()));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace sparsweep::dashboard_api
