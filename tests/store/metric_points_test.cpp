#include "store/metric_points.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sparsweep::store {
namespace {

std::vector<MetricPoint> Extremes() {
  return {{std::numeric_limits<int64_t>::min(), -0.0},
          {-5, std::numeric_limits<double>::infinity()},
          {-5, std::numeric_limits<double>::denorm_min()},
          {0, 1.0 / 3},
          {100, -1e308},
          {std::numeric_limits<int64_t>::max(), 2}};
}

TEST(MetricPoints, PackAndUnpack) {
  const std::vector<MetricPoint> points = Extremes();
  const auto back = UnpackPoints(PackPoints(points), static_cast<int64_t>(points.size()));
  ASSERT_TRUE(back.ok()) << back.status();
  ASSERT_EQ(back->size(), points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    EXPECT_EQ((*back)[i].step, points[i].step);
    EXPECT_EQ((*back)[i].value, points[i].value);
    EXPECT_EQ(std::signbit((*back)[i].value), std::signbit(points[i].value));
  }
  EXPECT_TRUE(
      std::isnan(UnpackPoints(PackPoints(std::vector<MetricPoint>{{1, NAN}}), 1)->at(0).value));
}

TEST(MetricPoints, NeighbouringStepsTakeOneByte) {
  std::vector<MetricPoint> points;
  for (int64_t step = 1; step <= 50; ++step) points.push_back({step, 0.5});
  EXPECT_EQ(PackPoints(points).size(), 50u * 9);
}

TEST(MetricPoints, DamagedBytesAreFound) {
  const std::string packed = PackPoints(Extremes());
  for (size_t size = 0; size < packed.size(); ++size) {
    EXPECT_EQ(UnpackPoints(packed.substr(0, size), 6).status().code(), absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_EQ(UnpackPoints(packed, 5).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(UnpackPoints(std::string(40, '\xff'), 2).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace sparsweep::store
