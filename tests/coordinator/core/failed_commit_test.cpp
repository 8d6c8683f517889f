#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "tests/coordinator/core/core_fixture.h"

namespace sparsweep::coordinator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

const absl::Status kFull = absl::ResourceExhaustedError("disk full");

TEST(FailedCommit, IsTheAnswerOfWhatWaitedForIt) {
  CoreFixture cluster;
  cluster.store.FailCommit(1, kFull);
  const auto answer = cluster.Submit(kTwoTrials);
  ASSERT_TRUE(answer.has_come());
  EXPECT_TRUE(absl::IsResourceExhausted(answer.get().status()));
  EXPECT_EQ(base::ReasonOf(answer.get().status()).reason, "STORE_UNAVAILABLE");
  EXPECT_TRUE(cluster.store.tables().sweeps.empty());
}

TEST(FailedCommit, ThrowsMemoryAwayAndServesAgainOnceAProbeIsWritten) {
  CoreFixture cluster;
  cluster.store.FailCommit(1, kFull);
  (void)cluster.Submit(kTwoTrials);
  EXPECT_THAT(cluster.serving, ElementsAre(true, false));
  EXPECT_FALSE(cluster.board.Current()->serving);
  EXPECT_TRUE(absl::IsResourceExhausted(cluster.Submit(kTwoTrials).get().status()));
  cluster.Tick();
  EXPECT_THAT(cluster.serving, ElementsAre(true, false, true));
  EXPECT_TRUE(cluster.board.Current()->serving);
  EXPECT_FALSE(cluster.Submit(kTwoTrials).get()->attached);
  EXPECT_EQ(cluster.store.tables().events.front().kind, "coordinator.recovered");
}

TEST(FailedCommit, FailsEverythingBehindIt) {
  CoreFixture cluster;
  cluster.store.Pause();
  cluster.store.FailCommit(1, kFull);
  std::string other = kTwoTrials;
  other.replace(other.find("words"), 5, "other");
  const auto first = cluster.Submit(kTwoTrials);
  const auto second = cluster.Submit(other);
  cluster.store.Resume();
  cluster.time.RunUntilIdle();
  EXPECT_FALSE(first.get().ok());
  EXPECT_FALSE(second.get().ok());
  cluster.Tick();
  EXPECT_TRUE(cluster.Submit(other).get().ok());
  EXPECT_EQ(cluster.store.tables().sweeps.size(), 1u);
}

TEST(FailedCommit, LeasesAreRenewedWhileNothingCanBeWritten) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  (void)cluster.Report({1, 1}, {Started(1, 0)});
  cluster.store.FailCommit(1, kFull);
  EXPECT_FALSE(cluster.Report({1, 1}, {Metric(2, 10, 0.3)}).get().ok());
  for (int i = 0; i < 30; ++i) {
    cluster.store.FailCommit(1, kFull);  // the probe
    const auto renewed = cluster.Sync(cluster.From({{1, 1}, {2, 1}}));
    cluster.Tick(seconds(3));
    EXPECT_TRUE(renewed.has_come() && renewed.get().ok());
    EXPECT_EQ(cluster.serving.back(), false);
  }
  cluster.store.FailCommit(1000, kFull);
  cluster.Tick(seconds(10));
  EXPECT_EQ(cluster.serving.back(), true);
  EXPECT_EQ(cluster.Trial(1).attempt_number, 1u);
  EXPECT_TRUE(cluster.Report({1, 1}, {Metric(2, 10, 0.3)}).get().ok());
}

TEST(FailedCommit, ADatabaseThatCannotBeReadIsTriedAgain) {
  CoreFixture cluster;
  (void)cluster.Submit(kTwoTrials);
  cluster.store.FailReads(absl::UnavailableError("no disk"));
  cluster.store.FailCommit(1, kFull);
  (void)cluster.Cancel("words");
  cluster.Tick(seconds(1));
  EXPECT_THAT(cluster.serving, ElementsAre(true, false));
  cluster.store.FailReads(absl::OkStatus());
  cluster.Tick(seconds(20));
  cluster.Tick(seconds(20));
  EXPECT_THAT(cluster.serving, ElementsAre(true, false, true));
  EXPECT_EQ(cluster.SweepState(), "checking");
}

TEST(Shutdown, AnswersParkedAndLaterCalls) {
  CoreFixture cluster;
  const auto parked = cluster.Sync(cluster.From());
  cluster.core->Shutdown();
  EXPECT_TRUE(absl::IsUnavailable(parked.get().status()));
  EXPECT_TRUE(absl::IsUnavailable(cluster.Submit(kTwoTrials).get().status()));
  EXPECT_TRUE(absl::IsUnavailable(cluster.Sync(cluster.From()).get().status()));
}

}  // namespace
}  // namespace sparsweep::coordinator
