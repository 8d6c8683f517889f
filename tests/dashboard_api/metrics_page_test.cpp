#include "dashboard_api/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "store/store_statistics.h"
#include "tests/dashboard_api/demo_snapshot.h"

namespace sparsweep::dashboard_api {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsPageTest : public testing::Test {
 protected:
  // Whether `line` stands in the text as a line of its own.
  bool Has(const std::string& line) const {
    return absl::StrCat("\n", page_.Render()).find(absl::StrCat("\n", line, "\n")) !=
           std::string::npos;
  }

  SnapshotBoard board_;
  store::StoreStatistics statistics_;
  MetricsPage page_{board_, [this] { return statistics_; }};
};

TEST_F(MetricsPageTest, EveryStateIsThereAtZeroFromTheStart) {
  const std::string text = page_.Render();
  for (const char* state : {"pending", "leased", "running", "succeeded", "failed", "canceled"}) {
    EXPECT_TRUE(Has(absl::StrCat("sparsweep_trials{state=\"", state, "\"} 0"))) << text;
  }
  for (const char* state : {"active", "draining", "lost"}) {
    EXPECT_TRUE(Has(absl::StrCat("sparsweep_workers{state=\"", state, "\"} 0"))) << text;
  }
  for (const char* state : {"free", "leased", "unavailable"}) {
    EXPECT_TRUE(Has(absl::StrCat("sparsweep_worker_slots{state=\"", state, "\"} 0"))) << text;
  }
  for (const char* line :
       {"sparsweep_build_info{version=\"0.1.0\"} 1",
        "sparsweep_trial_transitions_total{from=\"pending\",to=\"leased\"} 0",
        "sparsweep_trial_transitions_total{from=\"running\",to=\"succeeded\"} 0",
        "sparsweep_leases 0", "sparsweep_lease_expirations_total 0",
        "sparsweep_stale_reports_rejected_total 0", "sparsweep_metric_points_ingested_total 0",
        "sparsweep_invariant_violations_total 0", "sparsweep_store_errors_total 0",
        "sparsweep_store_wal_bytes 0", "sparsweep_store_database_bytes 0",
        "sparsweep_store_commit_duration_seconds_count 0",
        "sparsweep_store_commit_duration_seconds_bucket{le=\"+Inf\"} 0",
        "sparsweep_sweep_series_omitted 0", "sparsweep_serving 0"}) {
    EXPECT_TRUE(Has(line)) << line << "\n" << text;
  }
  EXPECT_THAT(text, Not(HasSubstr("from=\"succeeded\"")));  // nothing leaves a final state
}

TEST_F(MetricsPageTest, CountsWhatTheSnapshotHolds) {
  board_.Publish(test::DemoSnapshot());
  for (const char* line :
       {"sparsweep_trials{state=\"succeeded\"} 37", "sparsweep_trials{state=\"running\"} 2",
        "sparsweep_trials{state=\"failed\"} 1", "sparsweep_leases 2",
        "sparsweep_workers{state=\"active\"} 1", "sparsweep_workers{state=\"lost\"} 1",
        "sparsweep_worker_slots{state=\"leased\"} 2", "sparsweep_worker_slots{state=\"free\"} 0",
        "sparsweep_worker_slots{state=\"unavailable\"} 1",
        "sparsweep_trial_transitions_total{from=\"pending\",to=\"leased\"} 43",
        "sparsweep_metric_points_ingested_total 9001", "sparsweep_serving 1"}) {
    EXPECT_TRUE(Has(line)) << line << "\n" << page_.Render();
  }
}

TEST_F(MetricsPageTest, OnlyActiveSweepsHaveSeries) {
  board_.Publish(test::DemoSnapshot());
  const std::string text = page_.Render();
  EXPECT_THAT(text, HasSubstr("sparsweep_sweep_best_score_ratio{sweep=\"quickstart\"} 0.749"));
  EXPECT_THAT(text,
              HasSubstr("sparsweep_sweep_remaining_weights_ratio{sweep=\"quickstart\"} 0.03"));
  EXPECT_THAT(text, Not(HasSubstr(test::kEndedSweep)));
}

TEST_F(MetricsPageTest, SeriesOfSweepsAreCappedAndTheRestIsCounted) {
  auto snapshot = std::make_shared<Snapshot>();
  for (int64_t id = 60; id > 0; --id) {
    auto sweep = std::make_shared<SweepView>();
    sweep->row.id = id;
    sweep->row.name = "sweep-" + std::to_string(id);
    sweep->row.state = store::SweepState::kRunning;
    TrialView trial = test::MakeTrial(id, 0, "dense");
    trial.row.state = store::TrialState::kSucceeded;
    trial.row.score = .5;
    sweep->trials.push_back(trial);
    snapshot->sweeps.push_back(sweep);
  }
  board_.Publish(snapshot);
  std::istringstream lines(page_.Render());
  std::set<std::string> series;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("sparsweep_sweep_best_score_ratio{")) series.insert(line);
  }
  EXPECT_EQ(series.size(), kMaxSweepSeries);
  EXPECT_TRUE(Has("sparsweep_sweep_series_omitted 10"));
  EXPECT_TRUE(Has("sparsweep_sweep_best_score_ratio{sweep=\"sweep-60\"} 0.5"));
  EXPECT_FALSE(Has("sparsweep_sweep_best_score_ratio{sweep=\"sweep-10\"} 0.5"));
}

TEST_F(MetricsPageTest, BucketsOfCommitDurationsAreCumulative) {
  for (double seconds : {.0001, .0001, .004, 9.0}) statistics_.commit_duration.Observe(seconds);
  statistics_.errors = 3;
  EXPECT_TRUE(Has("sparsweep_store_commit_duration_seconds_bucket{le=\"0.0005\"} 2"));
  EXPECT_TRUE(Has("sparsweep_store_commit_duration_seconds_bucket{le=\"0.005\"} 3"));
  EXPECT_TRUE(Has("sparsweep_store_commit_duration_seconds_bucket{le=\"5\"} 3"));
  EXPECT_TRUE(Has("sparsweep_store_commit_duration_seconds_bucket{le=\"+Inf\"} 4"));
  EXPECT_TRUE(Has("sparsweep_store_commit_duration_seconds_count 4"));
  EXPECT_TRUE(Has("sparsweep_store_errors_total 3"));
}

TEST_F(MetricsPageTest, ReportsTheProcess) {
  const std::string text = page_.Render();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_virtual_memory_bytes", "process_open_fds", "process_max_fds",
                           "process_start_time_seconds"}) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("\n", name, " ")));
    if (std::string(name) != "process_cpu_seconds_total") {
      EXPECT_FALSE(Has(absl::StrCat(name, " 0"))) << name;
    }
  }
}

TEST_F(MetricsPageTest, SatisfiesPromtool) {
  if (std::system("command -v promtool >/dev/null") != 0) {
    GTEST_SKIP() << "no promtool on this machine (Debian package prometheus)";
  }
  for (const auto& snapshot :
       {std::shared_ptr<const Snapshot>(std::make_shared<Snapshot>()), test::DemoSnapshot()}) {
    board_.Publish(snapshot);
    FILE* promtool = popen("promtool check metrics", "w");
    ASSERT_NE(promtool, nullptr);
    const std::string text = page_.Render();
    EXPECT_EQ(fwrite(text.data(), 1, text.size(), promtool), text.size());
    EXPECT_EQ(pclose(promtool), 0) << text;
  }
}

}  // namespace
}  // namespace sparsweep::dashboard_api
