// Running aggregates equal those computed from the points that are left.
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "store/metric_reader.h"
#include "tests/store/both_stores.h"

namespace sparsweep::test {
namespace {

using namespace store;

class Aggregates : public BothStores {
 protected:
  void SetUp() override {
    BothStores::SetUp();
    ASSERT_TRUE(Commit(RunningTrial()).ok());
  }

  // Attempt `number - 1` ends, `number` starts at `step`.
  void NextAttempt(uint32_t number, int64_t step) {
    Attempt lost = SampleAttempt(1, number - 1);
    lost.state = AttemptState::kLost;
    Attempt next = SampleAttempt(1, number);
    next.state = AttemptState::kRunning;
    ASSERT_TRUE(Commit({{UpdateAttempt{AttemptState::kRunning, lost}, InsertAttempt{next},
                         SupersedeMetrics{1, number, step}}})
                    .ok());
  }
  void Report(uint32_t attempt, std::vector<MetricPoint> points) {
    ASSERT_TRUE(Commit({{AppendMetrics{{1, attempt, "accuracy", std::move(points)}}}}).ok());
  }
  [[nodiscard]] std::optional<MetricAggregate> Stored() {
    const LoadedState state = Reload();
    return state.aggregates.empty() ? std::nullopt : std::optional(state.aggregates[0]);
  }
};
SPARSWEEP_ON_BOTH_STORES(Aggregates);

void ExpectAggregate(const std::optional<MetricAggregate>& got, int64_t count, double min,
                     double max, double last, int64_t last_step) {
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->trial_id, 1);
  EXPECT_EQ(got->metric, "accuracy");
  EXPECT_EQ(got->count, count);
  EXPECT_EQ(got->min, min);
  EXPECT_EQ(got->max, max);
  EXPECT_EQ(got->last, last);
  EXPECT_EQ(got->last_step, last_step);
}

TEST_P(Aggregates, FollowTheReports) {
  EXPECT_EQ(Stored(), std::nullopt);
  Report(1, {{100, 0.5}});
  ExpectAggregate(Stored(), 1, 0.5, 0.5, 0.5, 100);
  Report(1, {{200, 0.25}, {300, 0.75}});
  ExpectAggregate(Stored(), 3, 0.25, 0.75, 0.75, 300);
}

TEST_P(Aggregates, OnlyTheScoredMetricIsLoaded) {
  ASSERT_TRUE(Commit({{AppendMetrics{{1, 1, "loss", {{1, 2.5}}}}}}).ok());
  EXPECT_TRUE(Reload().aggregates.empty());
}

TEST_P(Aggregates, GoBackToTheStepOfTheNewAttempt) {
  Report(1, {{10, 1}, {20, 9}, {30, 5}});
  Report(1, {{40, 0}, {50, 7}});
  NextAttempt(2, 20);
  ExpectAggregate(Stored(), 2, 1, 9, 9, 20);
  Report(2, {{30, 4}});
  ExpectAggregate(Stored(), 3, 1, 9, 4, 30);
  NextAttempt(3, 0);
  EXPECT_EQ(Stored(), std::nullopt) << "nothing is left";
  Report(3, {{10, 2}});
  ExpectAggregate(Stored(), 1, 2, 2, 2, 10);
}

TEST_P(Aggregates, NanIsCountedAndStaysOutOfMinAndMax) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Report(1, {{1, nan}});
  auto got = Stored();
  ASSERT_TRUE(got.has_value());
  EXPECT_TRUE(std::isnan(got->min) && std::isnan(got->max) && std::isnan(got->last));
  Report(1, {{2, 3.0}});
  ExpectAggregate(Stored(), 2, 3, 3, 3, 2);
  Report(1, {{3, nan}});
  got = Stored();
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->count, 3);
  EXPECT_EQ(got->max, 3);
  EXPECT_TRUE(std::isnan(got->last));
}

TEST_P(Aggregates, LongReportsAreWhole) {
  std::vector<MetricPoint> points;
  for (int64_t step = 1; step <= 5000; ++step) points.push_back({step, static_cast<double>(step)});
  Report(1, points);
  ExpectAggregate(Stored(), 5000, 1, 5000, 5000, 5000);
  NextAttempt(2, 4500);
  ExpectAggregate(Stored(), 4500, 1, 4500, 4500, 4500);
}

// Random reports and restarts against a list of points.
TEST_P(Aggregates, EqualRecomputation) {
  std::mt19937 random(20240501);
  std::map<int64_t, double> kept;
  uint32_t attempt = 1;
  int64_t step = 0;
  for (int round = 0; round < 60; ++round) {
    if (random() % 6 == 0) {
      step = static_cast<int64_t>(random() % static_cast<unsigned>(step + 1));
      NextAttempt(++attempt, step);
      kept.erase(kept.upper_bound(step), kept.end());
    } else {
      std::vector<MetricPoint> points;
      for (unsigned i = 0; i <= random() % 20; ++i) {
        step += 1 + random() % 3;
        points.push_back({step, static_cast<double>(random() % 1000) / 8});
        kept[step] = points.back().value;
      }
      Report(attempt, points);
    }
    if (kept.empty()) continue;
    double min = kept.begin()->second;
    double max = min;
    for (const auto& [at, value] : kept) {
      min = std::min(min, value);
      max = std::max(max, value);
    }
    ExpectAggregate(store_->Load().value().aggregates.at(0), static_cast<int64_t>(kept.size()), min,
                    max, kept.rbegin()->second, kept.rbegin()->first);
  }
  if (GetParam() == StoreKind::kMemory) return;
  const auto reader = OpenMetricReader(folder_.File("sparsweep.db"));
  ASSERT_TRUE(reader.ok()) << reader.status();
  std::map<int64_t, double> read;
  const auto points = (*reader)->Points(1, "accuracy", -1, 10'000);
  ASSERT_TRUE(points.ok()) << points.status();
  for (const MetricPoint& point : *points) {
    read[point.step] = point.value;
  }
  EXPECT_EQ(read, kept);
}

}  // namespace
}  // namespace sparsweep::test
