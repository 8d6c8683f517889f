#include "store/metric_points.h"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>

namespace sparsweep::store {
namespace {

constexpr size_t kValueBytes = 8;

void AppendVarint(uint64_t value, std::string* bytes) {
  while (value >= 0x80) {
    bytes->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes->push_back(static_cast<char>(value));
}

std::optional<uint64_t> TakeVarint(std::string_view* bytes) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

uint64_t Zigzag(uint64_t difference) {
  return (difference << 1) ^ (uint64_t{0} - (difference >> 63));
}
uint64_t Unzigzag(uint64_t value) { return (value >> 1) ^ (uint64_t{0} - (value & 1)); }

double TakeDouble(std::string_view* bytes) {
  uint64_t pattern = 0;
  for (size_t i = 0; i < kValueBytes; ++i) {
    pattern |= uint64_t{static_cast<uint8_t>((*bytes)[i])} << (8 * i);
  }
  bytes->remove_prefix(kValueBytes);
  return std::bit_cast<double>(pattern);
}

}  // namespace

std::string PackPoints(absl::Span<const MetricPoint> points) {
  std::string bytes;
  bytes.reserve(points.size() * (kValueBytes + 1));
  uint64_t previous = 0;
  for (const MetricPoint& point : points) {
    const auto step = static_cast<uint64_t>(point.step);
    AppendVarint(Zigzag(step - previous), &bytes);
    previous = step;
    const auto pattern = std::bit_cast<uint64_t>(point.value);
    for (size_t i = 0; i < kValueBytes; ++i) bytes.push_back(static_cast<char>(pattern >> (8 * i)));
  }
  return bytes;
}

absl::StatusOr<std::vector<MetricPoint>> UnpackPoints(std::string_view bytes, int64_t count) {
  std::vector<MetricPoint> points;
  uint64_t step = 0;
  while (!bytes.empty()) {
    const std::optional<uint64_t> difference = TakeVarint(&bytes);
    if (!difference || bytes.size() < kValueBytes) break;
    step += Unzigzag(*difference);
    points.push_back({.step = static_cast<int64_t>(step), .value = TakeDouble(&bytes)});
  }
  if (!bytes.empty() || static_cast<int64_t>(points.size()) != count) {
    return absl::DataLossError("a chunk of metric points is damaged");
  }
  return points;
}

MetricAggregate Summarize(absl::Span<const MetricPoint> points) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  MetricAggregate summary;
  summary.count = static_cast<int64_t>(points.size());
  summary.min = summary.max = kNan;
  summary.last = points.back().value;
  summary.last_step = points.back().step;
  for (const MetricPoint& point : points) {
    summary.min = std::fmin(summary.min, point.value);  // the other one if one is NaN
    summary.max = std::fmax(summary.max, point.value);
  }
  return summary;
}

}  // namespace sparsweep::store
