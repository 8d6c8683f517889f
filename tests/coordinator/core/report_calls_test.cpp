#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "tests/coordinator/core/core_fixture.h"

namespace sparsweep::coordinator {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

std::string Reason(const auto& pending) { return base::ReasonOf(pending.get().status()).reason; }

class ReportEvents : public ::testing::Test {
 protected:
  ReportEvents() { cluster_.StartTwoTrials(); }
  [[nodiscard]] const dashboard_api::TrialView& View(int64_t id) const {
    return *cluster_.board.Current()->FindTrial(id).second;
  }
  [[nodiscard]] const auto& Points(const std::string& metric) const {
    return cluster_.store.tables().metrics.at({1, metric});
  }

  CoreFixture cluster_;
};

TEST_F(ReportEvents, StoresThemBeforeTheyAreAcknowledged) {
  cluster_.store.Pause();
  const auto ack = cluster_.Report({1, 1}, {Started(1, 0), Metric(2, 10, 0.3)});
  EXPECT_FALSE(ack.has_come());
  cluster_.store.Resume();
  cluster_.time.RunUntilIdle();
  EXPECT_EQ(ack.get()->acknowledged_sequence, 2u);
  EXPECT_EQ(cluster_.StateOf(1), "running");
  EXPECT_EQ(Points("accuracy").size(), 1u);
  EXPECT_EQ(cluster_.Trial(1).step, 10);
  EXPECT_EQ(View(1).score, 0.3);
  EXPECT_EQ(View(1).worker, "w");
  EXPECT_EQ(View(1).directory, "/trials/1");
}

TEST_F(ReportEvents, TakesEachOnce) {
  (void)cluster_.Report({1, 1}, {Started(1, 0), Metric(2, 10, 0.3)});
  const auto ack = cluster_.Report({1, 1}, {Started(1, 0), Metric(2, 10, 0.3), Metric(3, 20, 0.4)});
  EXPECT_EQ(ack.get()->acknowledged_sequence, 3u);
  EXPECT_EQ(Points("accuracy").size(), 2u);
}

TEST_F(ReportEvents, AsksAgainFromAGap) {
  (void)cluster_.Report({1, 1}, {Started(1, 0)});
  const auto gap = cluster_.Report({1, 1}, {Metric(3, 20, 0.4)});
  EXPECT_EQ(Reason(gap), "EVENT_GAP");
  EXPECT_EQ(base::ReasonOf(gap.get().status()).metadata.at("acknowledged_sequence"), "1");
  EXPECT_FALSE(cluster_.store.tables().metrics.contains({1, "accuracy"}));
}

TEST_F(ReportEvents, OfAnotherWorkerAreStale) {
  EXPECT_EQ(Reason(cluster_.Report({1, 1}, {Started(1, 0)}, std::nullopt, "other")),
            "STALE_ATTEMPT");
  EXPECT_EQ(Reason(cluster_.Report({1, 2}, {Started(1, 0)})), "STALE_ATTEMPT");
  EXPECT_TRUE(absl::IsNotFound(cluster_.Report({99, 1}, {Started(1, 0)}).get().status()));
  EXPECT_EQ(cluster_.StateOf(1), "leased");
}

TEST_F(ReportEvents, AFinishIsAccepted) {
  cluster_.RunToEnd({1, 1}, 0.75);
  EXPECT_EQ(cluster_.StateOf(1), "succeeded");
  EXPECT_EQ(cluster_.Trial(1).score, 0.75);
  EXPECT_EQ(cluster_.Trial(1).accepted_attempt, 1u);
  EXPECT_EQ(cluster_.SweepState(), "running");
  cluster_.RunToEnd({2, 1}, 0.5);
  EXPECT_EQ(cluster_.SweepState(), "succeeded");
}

TEST_F(ReportEvents, TheSameFinishTwiceIsAcknowledged) {
  cluster_.RunToEnd({1, 1}, 0.75);
  const auto again = cluster_.Report({1, 1}, {Finished(3, 300, 0.75)}, AttemptOutcome{});
  ASSERT_TRUE(again.get().ok()) << again.get().status();
  EXPECT_EQ(again.get()->acknowledged_sequence, 3u);
}

TEST_F(ReportEvents, TheScoreIsTheSweepsMetricAtTheLastStep) {
  (void)cluster_.Report(
      {1, 1},
      {Started(1, 0), Metric(2, 300, 0.7), Metric(3, 300, 9, "loss"), Finished(4, 300, 0.1)},
      AttemptOutcome{});
  EXPECT_EQ(cluster_.Trial(1).score, 0.7);
  (void)cluster_.Report({2, 1}, {Started(1, 0), Metric(2, 200, 0.7), Finished(3, 300, 0.1)},
                        AttemptOutcome{});
  EXPECT_EQ(cluster_.Trial(2).score, 0.1);
}

TEST_F(ReportEvents, AFinishInTwoReportsSurvivesARestart) {
  (void)cluster_.Report({1, 1}, {Started(1, 0), Finished(2, 300, 0.6)});
  cluster_.Restart();
  (void)cluster_.Report({1, 1}, {}, AttemptOutcome{});
  EXPECT_EQ(cluster_.StateOf(1), "succeeded");
  EXPECT_EQ(cluster_.Trial(1).score, 0.6);
}

TEST_F(ReportEvents, SuccessWithoutAScoreIsAFailure) {
  (void)cluster_.Report({1, 1}, {Started(1, 0)}, AttemptOutcome{});
  EXPECT_EQ(cluster_.Trial(1).failure->reason, "NO_SCORE");
  EXPECT_EQ(cluster_.StateOf(1), "pending");
}

TEST_F(ReportEvents, AFailureIsTriedAgainAfterItsBackoff) {
  (void)cluster_.Report({1, 1}, {Started(1, 0)}, Failed("device"));
  EXPECT_EQ(cluster_.StateOf(1), "pending");
  EXPECT_EQ(cluster_.Trial(1).restarts, 1u);
  EXPECT_EQ(Leases(cluster_.Sync(cluster_.From())), std::vector<AttemptKey>({{2, 1}}));
  const auto parked = cluster_.Sync(cluster_.From({{2, 1}}));
  cluster_.Tick(seconds(1));
  EXPECT_THAT(Leases(parked), ElementsAre(AttemptKey{1, 2}, AttemptKey{2, 1}));
}

TEST_F(ReportEvents, AUserErrorFailsTheTrial) {
  (void)cluster_.Report({1, 1}, {}, Failed("user"));
  EXPECT_EQ(cluster_.StateOf(1), "failed");
  EXPECT_EQ(cluster_.Trial(1).failure->message, "it failed");
  (void)cluster_.Report({2, 1}, {}, Failed("user"));
  EXPECT_EQ(cluster_.SweepState(), "failed");
}

TEST_F(ReportEvents, AnUnknownClassOfFailureChangesNothing) {
  const auto refused = cluster_.Report({1, 1}, {Started(1, 0)}, Failed("hunger"));
  EXPECT_TRUE(absl::IsInvalidArgument(refused.get().status()));
  EXPECT_EQ(cluster_.StateOf(1), "leased");
}

TEST_F(ReportEvents, ASlotIsGrantedWithTheFinishThatFreesIt) {
  std::string other = kTwoTrials;
  other.replace(other.find("words"), 5, "other");
  (void)cluster_.Submit(other);
  (void)cluster_.CheckPasses("other");
  const int64_t commits = cluster_.store.commits();
  (void)cluster_.Report({1, 1}, {Started(1, 0), Finished(2, 300, 0.5)}, AttemptOutcome{});
  EXPECT_EQ(cluster_.StateOf(3), "leased");
  EXPECT_EQ(cluster_.store.commits(), commits + 1);
}

TEST_F(ReportEvents, AnAttemptSupersedesWhatLiesBeyondItsStart) {
  (void)cluster_.Report({1, 1}, {Started(1, 0), Metric(2, 10, 0.3), Metric(3, 20, 0.4)});
  (void)cluster_.Report({1, 1}, {}, Failed("stopped"));
  EXPECT_EQ(cluster_.Trial(1).restarts, 0u);
  (void)cluster_.Sync(cluster_.From({{2, 1}}));
  (void)cluster_.Report({1, 2}, {Started(1, 10)});
  EXPECT_EQ(View(1).score, std::nullopt);
  (void)cluster_.Report({1, 2}, {Metric(2, 20, 0.5)});
  cluster_.Tick(seconds(1));
  std::vector<bool> superseded;
  for (const auto& point : Points("accuracy")) superseded.push_back(point.superseded);
  EXPECT_THAT(superseded, ElementsAre(false, true, false));
  EXPECT_EQ(View(1).score, 0.5);
}

TEST_F(ReportEvents, DensityAndSpeedAreShown) {
  contract::Density density;
  density.overall = 0.25;
  density.remaining_weights = 0.3;
  (void)cluster_.Report({1, 1},
                        {Started(1, 0), {2, 10, density}, {3, 10, contract::Progress{42, 7}}});
  cluster_.Tick(seconds(1));
  EXPECT_EQ(View(1).row.mask_density, 0.25);
  EXPECT_EQ(View(1).row.remaining_weights, 0.3);
  EXPECT_EQ(View(1).pace.examples_per_second, 42);
  EXPECT_EQ(View(1).pace.eta_seconds, 7);
  EXPECT_EQ(Points("mask_density").size(), 1u);
  (void)cluster_.Report({1, 1}, {{4, 20, contract::Progress{43, 0}}}, Failed("device"));
  EXPECT_EQ(View(1).pace.examples_per_second, 0);
}

TEST_F(ReportEvents, AStageIsShownUntilItIsOver) {
  (void)cluster_.Report({1, 1}, {Started(1, 0), {2, 0, contract::Stage{"teacher", 3, 12}}});
  cluster_.Tick(seconds(1));
  EXPECT_EQ(View(1).pace.stage, "teacher");
  EXPECT_EQ(View(1).pace.stage_share, 0.25);
  (void)cluster_.Report({1, 1}, {{3, 0, contract::Stage{"teacher", 12, 12}}});
  cluster_.Tick(seconds(1));
  EXPECT_EQ(View(1).pace.stage, "");
}

TEST_F(ReportEvents, SweepsWithoutChangesAreSharedBetweenSnapshots) {
  std::string other = kTwoTrials;
  other.replace(other.find("words"), 5, "other");
  (void)cluster_.Submit(other);
  const auto before = cluster_.board.Current();
  (void)cluster_.Report({1, 1}, {Started(1, 0)});
  const auto after = cluster_.board.Current();
  EXPECT_EQ(before->FindSweep("other"), after->FindSweep("other"));
  EXPECT_NE(before->FindSweep("words"), after->FindSweep("words"));
}

}  // namespace
}  // namespace sparsweep::coordinator
