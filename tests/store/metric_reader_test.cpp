#include "store/metric_reader.h"

#include <sqlite3.h>

#include <gtest/gtest.h>

#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

using namespace store;

class Reader : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = OpenStore(folder_, loop_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    ASSERT_TRUE(CommitNow(loop_, *store_, RunningTrial()).ok());
    auto reader = OpenMetricReader(folder_.File("sparsweep.db"));
    ASSERT_TRUE(reader.ok()) << reader.status();
    reader_ = *std::move(reader);
  }
  void Report(uint32_t attempt, const std::string& metric, std::vector<MetricPoint> points) {
    ASSERT_TRUE(
        CommitNow(loop_, *store_, {{AppendMetrics{{1, attempt, metric, std::move(points)}}}}).ok());
  }
  [[nodiscard]] std::vector<std::pair<int64_t, double>> Page(int64_t after, int64_t limit) {
    std::vector<std::pair<int64_t, double>> page;
    const auto points = reader_->Points(1, "loss", after, limit);
    EXPECT_TRUE(points.ok()) << points.status();
    if (!points.ok()) return page;
    for (const MetricPoint& point : *points) page.emplace_back(point.step, point.value);
    return page;
  }

  TemporaryFolder folder_;
  TestExecutor loop_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<MetricReader> reader_;
};
using Points = std::vector<std::pair<int64_t, double>>;

TEST_F(Reader, ListsMetricsByName) {
  EXPECT_TRUE(reader_->Metrics(1).value().empty());
  Report(1, "loss", {{1, 1}});
  Report(1, "accuracy", {{1, 1}});
  EXPECT_EQ(reader_->Metrics(1).value(), (std::vector<std::string>{"accuracy", "loss"}));
  EXPECT_TRUE(reader_->Metrics(2).value().empty());
}

TEST_F(Reader, PagesAcrossChunks) {
  Report(1, "loss", {{1, 10}, {2, 20}, {3, 30}});
  Report(1, "loss", {{4, 40}});
  Report(1, "loss", {{5, 50}, {9, 90}});
  EXPECT_EQ(Page(-1, 100), (Points{{1, 10}, {2, 20}, {3, 30}, {4, 40}, {5, 50}, {9, 90}}));
  EXPECT_EQ(Page(-1, 2), (Points{{1, 10}, {2, 20}}));
  EXPECT_EQ(Page(2, 2), (Points{{3, 30}, {4, 40}}));
  EXPECT_EQ(Page(4, 2), (Points{{5, 50}, {9, 90}}));
  EXPECT_EQ(Page(9, 2), Points{});
  EXPECT_EQ(Page(0, 0), Points{});
  EXPECT_EQ(Page(0, -5), Points{});
}

TEST_F(Reader, PagesAreBounded) {
  std::vector<MetricPoint> points;
  for (int64_t step = 1; step <= kMaxMetricPage + 10; ++step) points.push_back({step, 1});
  Report(1, "loss", points);
  EXPECT_EQ(Page(0, kMaxMetricPage * 2).size(), static_cast<size_t>(kMaxMetricPage));
  EXPECT_EQ(Page(kMaxMetricPage, 100).size(), 10u);
}

TEST_F(Reader, LeavesSupersededPointsOut) {
  Report(1, "loss", {{1, 10}, {2, 20}, {3, 30}});
  Report(1, "loss", {{4, 40}});
  Attempt lost = SampleAttempt();
  lost.state = AttemptState::kLost;
  Attempt second = SampleAttempt(1, 2);
  ASSERT_TRUE(CommitNow(loop_, *store_,
                        {{UpdateAttempt{AttemptState::kRunning, lost}, InsertAttempt{second},
                          SupersedeMetrics{1, 2, 2}}})
                  .ok());
  EXPECT_EQ(Page(0, 100), (Points{{1, 10}, {2, 20}}));
  // Attempt 2 reports its first step again: the newer value stands, once.
  Report(2, "loss", {{2, 21}, {3, 31}});
  EXPECT_EQ(Page(0, 100), (Points{{1, 10}, {2, 21}, {3, 31}}));
  EXPECT_EQ(Page(0, 2), (Points{{1, 10}, {2, 21}}));
  EXPECT_EQ(Page(2, 2), (Points{{3, 31}}));
}

TEST_F(Reader, ReportsADamagedChunk) {
  Report(1, "loss", {{1, 10}});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder_.File("sparsweep.db").c_str(), &other), SQLITE_OK);
  EXPECT_EQ(
      sqlite3_exec(other, "UPDATE metric_chunks SET points = x'ff'", nullptr, nullptr, nullptr),
      SQLITE_OK);
  sqlite3_close(other);
  const auto points = reader_->Points(1, "loss", 0, 10);
  EXPECT_EQ(points.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(points.status().message().find("loss"), absl::string_view::npos);
}

}  // namespace
}  // namespace sparsweep::test
