#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "tests/coordinator/core/core_fixture.h"

namespace sparsweep::coordinator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Reason(const auto& pending) { return base::ReasonOf(pending.get().status()).reason; }

TEST(Sync, ParksUntilThereIsSomethingToTell) {
  CoreFixture cluster;
  const auto parked = cluster.Sync(cluster.From());
  cluster.Tick(seconds(2));
  EXPECT_FALSE(parked.has_come());
  cluster.Tick(seconds(1));  // a third of a lease
  ASSERT_TRUE(parked.has_come());
  EXPECT_THAT(Leases(parked), IsEmpty());
}

TEST(Sync, ALeaseIsOnDiskBeforeItIsHandedOut) {
  CoreFixture cluster;
  (void)cluster.Sync(cluster.From());
  (void)cluster.Submit(kTwoTrials);
  const auto parked = cluster.Sync(cluster.From());
  cluster.store.Pause();
  (void)cluster.CheckPasses("words");
  EXPECT_FALSE(parked.has_come());
  cluster.store.Resume();
  cluster.time.RunUntilIdle();
  EXPECT_THAT(Leases(parked), ElementsAre(AttemptKey{1, 1}, AttemptKey{2, 1}));
  EXPECT_EQ(cluster.store.tables().attempts.size(), 2u);
}

TEST(Sync, ALostAnswerIsGivenAgain) {
  CoreFixture cluster;
  (void)cluster.Sync(cluster.From());
  (void)cluster.Submit(kTwoTrials);
  (void)cluster.CheckPasses("words");
  EXPECT_EQ(Leases(cluster.Sync(cluster.From())).size(), 2u);
  const auto again = cluster.Sync(cluster.From());
  cluster.Tick(milliseconds(200));  // repeats are not answered in a circle
  EXPECT_EQ(Leases(again).size(), 2u);
  EXPECT_EQ(cluster.Trial(1).attempt_number, 1u);
}

TEST(Lease, ThatNobodyTakesRunsOut) {
  CoreFixture cluster;
  (void)cluster.Sync(cluster.From());
  (void)cluster.Submit(kTwoTrials);
  (void)cluster.CheckPasses("words");
  cluster.Tick(seconds(4));
  const auto offered = cluster.Sync(cluster.From());
  ASSERT_EQ(Leases(offered).size(), 2u);
  EXPECT_EQ(offered.get()->leases[0].duration, seconds(5));
  (void)cluster.Sync(cluster.From());
  cluster.Tick(seconds(5));
  EXPECT_EQ(cluster.StateOf(1), "leased");
  EXPECT_EQ(cluster.Trial(1).attempt_number, 2u);
}

TEST(Sync, AnOlderOneIsAborted) {
  CoreFixture cluster;
  SyncRequest old = cluster.From();
  const auto newer = cluster.Sync(cluster.From());
  EXPECT_EQ(Reason(cluster.Sync(old)), "STALE_SYNC");
  EXPECT_FALSE(newer.has_come());
  (void)cluster.Sync(cluster.From());
  EXPECT_EQ(Reason(newer), "STALE_SYNC");
}

TEST(Sync, KeepsLeasesAlive) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  for (int i = 0; i < 10; ++i) {
    (void)cluster.Sync(cluster.From({{1, 1}, {2, 1}}));
    cluster.Tick(seconds(8));
  }
  EXPECT_EQ(cluster.Trial(1).attempt_number, 1u);
  EXPECT_EQ(cluster.StateOf(1), "leased");
}

TEST(Sync, RenewingWritesNothing) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  const int64_t commits = cluster.store.commits();
  (void)cluster.Sync(cluster.From({{1, 1}, {2, 1}}));
  cluster.Tick(seconds(3));
  EXPECT_EQ(cluster.store.commits(), commits);
}

TEST(Lease, OfASilentWorkerExpires) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  cluster.Tick(seconds(9));
  EXPECT_EQ(cluster.StateOf(1), "pending");
  EXPECT_EQ(cluster.Trial(1).failure->failure_class, "lost_worker");
  EXPECT_EQ(cluster.Trial(1).restarts, 0u);
  EXPECT_EQ(Reason(cluster.Report({1, 1}, {Started(1, 0)})), "STALE_ATTEMPT");
  EXPECT_EQ(Reason(cluster.Fence({1, 1})), "STALE_ATTEMPT");
  cluster.Tick(seconds(1));
  EXPECT_EQ(cluster.board.Current()->counters.lease_expirations, 2u);
}

TEST(Lease, OfABackAgainWorkerIsNotInTheAnswer) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  cluster.Tick(seconds(9));
  // It still runs the old attempts: it is told to stop them before it gets anything.
  EXPECT_THAT(Leases(cluster.Sync(cluster.From({{1, 1}, {2, 1}}))), IsEmpty());
  EXPECT_THAT(Leases(cluster.Sync(cluster.From())),
              ElementsAre(AttemptKey{1, 2}, AttemptKey{2, 2}));
}

TEST(Lease, ANewInstanceLosesWhatItDoesNotHold) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  SyncRequest restarted = cluster.From();
  restarted.instance = "w-2";
  restarted.sequence = 1;
  const auto answer = cluster.Sync(restarted);
  EXPECT_THAT(Leases(answer), ElementsAre(AttemptKey{1, 2}, AttemptKey{2, 2}));
  EXPECT_EQ(Reason(cluster.Sync(cluster.From({{1, 1}}))), "WORKER_REPLACED");
}

TEST(Lease, ADrainingWorkerGivesBackWhatItHasNotTaken) {
  CoreFixture cluster;
  (void)cluster.Sync(cluster.From());
  (void)cluster.Submit(kTwoTrials);
  (void)cluster.CheckPasses("words");
  SyncRequest draining = cluster.From({{1, 1}});
  draining.draining = true;
  (void)cluster.Sync(draining);
  EXPECT_EQ(cluster.StateOf(1), "leased");
  EXPECT_EQ(cluster.StateOf(2), "pending");
}

TEST(Lease, OutlivesACoordinatorRestartWhenItIsPresentedAgain) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  (void)cluster.Report({1, 1}, {Started(1, 0), Metric(2, 10, 0.3)});
  cluster.time.Advance(seconds(100));  // the coordinator was down
  cluster.Restart();
  cluster.Tick(seconds(8));
  EXPECT_EQ(cluster.StateOf(1), "running");
  const auto parked = cluster.Sync(cluster.From({{1, 1}, {2, 1}}));
  EXPECT_FALSE(parked.has_come());
  const auto ack = cluster.Report({1, 1}, {Metric(3, 20, 0.4)});
  ASSERT_TRUE(ack.get().ok()) << ack.get().status();
  EXPECT_EQ(ack.get()->acknowledged_sequence, 3u);
  cluster.Tick(seconds(1));
  EXPECT_EQ(cluster.Trial(1).attempt_number, 1u);
}

TEST(Lease, OfAWorkerThatDoesNotComeBackLastsOneDurationAfterARestart) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  cluster.Restart();
  cluster.Tick(seconds(9) - milliseconds(1));
  EXPECT_EQ(cluster.StateOf(1), "leased");
  cluster.Tick(milliseconds(1));
  EXPECT_EQ(cluster.StateOf(1), "pending");
}

TEST(Lease, OfACanceledSweepKeepsItsSlotUntilTheWorkerLetGo) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  (void)cluster.Cancel("words");
  std::string other = kTwoTrials;
  other.replace(other.find("words"), 5, "other");
  (void)cluster.Submit(other);
  (void)cluster.CheckPasses("other");
  EXPECT_THAT(Leases(cluster.Sync(cluster.From({{1, 1}, {2, 1}}))), IsEmpty());
  EXPECT_THAT(Leases(cluster.Sync(cluster.From({{2, 1}}))), ElementsAre(AttemptKey{3, 1}));
}

TEST(Lease, EndsWhenItsSlotIsGone) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  SyncRequest fewer = cluster.From({{1, 1}, {2, 1}});
  fewer.slots.pop_back();
  EXPECT_THAT(Leases(cluster.Sync(fewer)), ElementsAre(AttemptKey{1, 1}));
  EXPECT_EQ(cluster.StateOf(2), "pending");
}

}  // namespace
}  // namespace sparsweep::coordinator
