#include "dashboard_api/snapshot_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "contract/trial_spec.h"
#include "dashboard_api/page_token.h"
#include "tests/dashboard_api/demo_snapshot.h"

namespace sparsweep::dashboard_api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SnapshotQueriesTest : public testing::Test {
 protected:
  SnapshotQueriesTest() { test::FillDemoMetrics(*snapshot_, curves_); }

  // Ids of all trials, by pages of `size`; counts the pages.
  template <typename List>
  std::vector<int64_t> Collect(const List& list, const SweepView& sweep, int32_t size, int* pages) {
    std::vector<int64_t> ids;
    PageRequest request{size, ""};
    for (*pages = 0; *pages < 100; ++*pages) {
      const auto page = list(sweep, request);
      EXPECT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->rows.size(), static_cast<size_t>(size));
      for (const TrialView* trial : page->rows) ids.push_back(trial->row.id);
      request.token = page->next_page_token;
      if (request.token.empty()) break;
    }
    ++*pages;
    return ids;
  }

  std::shared_ptr<const Snapshot> snapshot_ = test::DemoSnapshot();
  test::MemoryMetrics curves_;
};

TEST_F(SnapshotQueriesTest, FindsByName) {
  EXPECT_EQ(GetSweep(*snapshot_, test::kRunningSweep).value()->row.id, 2);
  const auto [sweep, trial] = GetTrial(*snapshot_, "t-000044").value();
  EXPECT_EQ(sweep->row.id, 2);
  EXPECT_EQ(trial->row.id, 44);
}

TEST_F(SnapshotQueriesTest, NamesWhatIsNotThere) {
  const auto sweep = GetSweep(*snapshot_, "nope").status();
  EXPECT_EQ(sweep.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(sweep.message()), HasSubstr("\"nope\""));
  EXPECT_EQ(base::ReasonOf(sweep).reason, "SWEEP_NOT_FOUND");
  for (const char* name : {"t-999999", "44", "", "t-"}) {
    const auto trial = GetTrial(*snapshot_, name).status();
    EXPECT_EQ(trial.code(), absl::StatusCode::kNotFound) << name;
    EXPECT_EQ(base::ReasonOf(trial).metadata.at("value"), name);
  }
}

TEST_F(SnapshotQueriesTest, PagesOfTrialsJoinToTheWholeInTheOrderOfThePlan) {
  const SweepView& sweep = **GetSweep(*snapshot_, test::kEndedSweep);
  std::vector<int64_t> all;
  for (const TrialView& trial : sweep.trials) all.push_back(trial.row.id);
  for (const auto& [size, expected_pages] :
       std::vector<std::pair<int32_t, int>>{{1, 33}, {10, 4}, {11, 3}, {33, 1}, {1000, 1}}) {
    int pages = 0;
    EXPECT_EQ(Collect(ListTrials, sweep, size, &pages), all) << size;
    EXPECT_EQ(pages, expected_pages) << size;
  }
}

TEST_F(SnapshotQueriesTest, TheFrontHoldsTrialsThatSucceeded) {
  const SweepView& sweep = **GetSweep(*snapshot_, test::kRunningSweep);
  int pages = 0;
  EXPECT_THAT(Collect(ListFront, sweep, 2, &pages), ElementsAre(40, 41, 42, 43));
  EXPECT_EQ(pages, 2);
}

TEST_F(SnapshotQueriesTest, SweepsComeNewestFirstAndPagesStayWhileNewOnesArrive) {
  const auto first = ListSweeps(*snapshot_, {2, ""});
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->rows.size(), 2u);
  EXPECT_EQ(first->rows[0]->row.id, 3);
  EXPECT_EQ(first->rows[1]->row.id, 2);

  Snapshot later = *snapshot_;
  auto newest = std::make_shared<SweepView>();
  newest->row.id = 4;
  later.sweeps.insert(later.sweeps.begin(), newest);
  const auto second = ListSweeps(later, {2, first->next_page_token});
  ASSERT_TRUE(second.ok());
  ASSERT_EQ(second->rows.size(), 1u);
  EXPECT_EQ(second->rows[0]->row.id, 1);
  EXPECT_EQ(second->next_page_token, "");
}

TEST_F(SnapshotQueriesTest, ATokenOfAnotherSweepIsRefused) {
  const auto token =
      ListTrials(**GetSweep(*snapshot_, test::kEndedSweep), {5, ""})->next_page_token;
  ASSERT_NE(token, "");
  const auto page = ListTrials(**GetSweep(*snapshot_, test::kRunningSweep), {5, token});
  EXPECT_EQ(page.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SnapshotQueriesTest, PointsOfACurvePageByStep) {
  PageRequest request{7, ""};
  std::vector<int64_t> steps;
  do {
    const auto page = ListCurvePoints(*snapshot_, curves_, "t-000040", "accuracy", request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& point : page->rows) steps.push_back(point.step);
    request.token = page->next_page_token;
  } while (!request.token.empty() && steps.size() < 100);
  ASSERT_EQ(steps.size(), 30u);
  for (size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i], static_cast<int64_t>(10 * (i + 1)));
}

TEST_F(SnapshotQueriesTest, TheLongestPageOfACurveIsFollowedByTheRest) {
  for (int64_t step = 1; step <= kCurvePages.max_size + 1; ++step) {
    curves_.Add(40, "long", {step, 1});
  }
  const PageRequest request{kCurvePages.max_size, ""};
  const auto page = ListCurvePoints(*snapshot_, curves_, "t-000040", "long", request);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->rows.size(), static_cast<size_t>(kCurvePages.max_size));
  const auto rest = ListCurvePoints(*snapshot_, curves_, "t-000040", "long",
                                    {request.size, page->next_page_token});
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->rows.size(), 1u);
}

TEST_F(SnapshotQueriesTest, CurvesOfTrialsAndMetricsThatAreNotThere) {
  EXPECT_THAT(ListCurves(*snapshot_, curves_, "t-000040").value(),
              ElementsAre("accuracy", "density", "loss"));
  EXPECT_THAT(ListCurves(*snapshot_, curves_, "t-000047").value(), ElementsAre());  // not started
  EXPECT_EQ(base::ReasonOf(ListCurves(*snapshot_, curves_, "t-000099").status()).reason,
            "TRIAL_NOT_FOUND");
  const auto points = ListCurvePoints(*snapshot_, curves_, "t-000040", "recall", {});
  EXPECT_EQ(points.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(base::ReasonOf(points.status()).reason, "METRIC_NOT_FOUND");
}

TEST(SnapshotBoardTest, NothingIsSaidToBeMissingBeforeTheFirstSnapshot) {
  const SnapshotBoard board;
  const auto nothing = board.Current();
  EXPECT_TRUE(absl::IsUnavailable(GetSweep(*nothing, "s").status()));
  EXPECT_TRUE(absl::IsUnavailable(GetTrial(*nothing, "t-000001").status()));
  EXPECT_TRUE(absl::IsUnavailable(ListSweeps(*nothing, {}).status()));
}

TEST(SnapshotBoardTest, ReadersKeepThePictureTheyTook) {
  SnapshotBoard board;
  ASSERT_NE(board.Current(), nullptr);
  EXPECT_FALSE(board.Current()->serving);
  const auto old = test::DemoSnapshot();
  board.Publish(old);
  const auto held = board.Current();
  board.Publish(std::make_shared<Snapshot>());
  EXPECT_EQ(held, old);
  EXPECT_TRUE(board.Current()->sweeps.empty());
}

}  // namespace
}  // namespace sparsweep::dashboard_api
