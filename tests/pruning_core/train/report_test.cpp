#include <gtest/gtest.h>

#include <chrono>

#include "pruning_core/train/histogram.h"
#include "pruning_core/train/stage_meter.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::core {
namespace {

using std::chrono::milliseconds;

TEST(HistogramTest, BinsAreOfEqualWidthBetweenTheExtremes) {
  std::vector<float> values;
  for (int i = 0; i <= 64; ++i) values.push_back(static_cast<float>(i));
  const ValueHistogram histogram = MakeHistogram(values);
  EXPECT_EQ(histogram.low, 0);
  EXPECT_EQ(histogram.high, 64);
  ASSERT_EQ(histogram.counts.size(), 64u);
  for (size_t bin = 0; bin < 63; ++bin) EXPECT_EQ(histogram.counts[bin], 1) << bin;
  EXPECT_EQ(histogram.counts[63], 2) << "the largest value too";
}

TEST(HistogramTest, EqualValuesStandInTheFirstBin) {
  const std::vector<float> values(7, 2.5F);
  const ValueHistogram histogram = MakeHistogram(values);
  EXPECT_EQ(histogram.low, 2.5);
  EXPECT_EQ(histogram.high, 2.5);
  EXPECT_EQ(histogram.counts.front(), 7);
}

TEST(HistogramTest, NothingHasNoBins) { EXPECT_TRUE(MakeHistogram({}).counts.empty()); }

TEST(StageMeterTest, ReportsTwiceASecondAndTheEnd) {
  test::TestExecutor time;
  StageMeter meter(time, "teacher", {});
  EXPECT_EQ(meter.Done(1, 10)->done, 1);
  EXPECT_FALSE(meter.Done(2, 10).has_value());
  time.Advance(milliseconds(499));
  EXPECT_FALSE(meter.Done(3, 10).has_value());
  time.Advance(milliseconds(1));
  const auto stage = meter.Done(4, 10);
  ASSERT_TRUE(stage.has_value());
  EXPECT_EQ(stage->name, "teacher");
  EXPECT_EQ(stage->total, 10);
  EXPECT_EQ(meter.Done(10, 10)->done, 10);
}

TEST(StageMeterTest, APassWithinItsQuietTimeSaysNothing) {
  test::TestExecutor time;
  StageMeter meter(time, "evaluate", milliseconds(2000));
  time.Advance(milliseconds(1999));
  EXPECT_FALSE(meter.Done(10, 10).has_value());
  StageMeter longer(time, "evaluate", milliseconds(2000));
  time.Advance(milliseconds(2000));
  EXPECT_TRUE(longer.Done(5, 10).has_value());
}

}  // namespace
}  // namespace sparsweep::core
