#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "tests/coordinator/core/core_fixture.h"

namespace sparsweep::coordinator {
namespace {

using std::chrono::seconds;

constexpr char kId[] = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
constexpr char kOtherId[] = "6ba7b811-9dad-41d1-80b4-00c04fd430c8";

std::string Changed(std::string from, const std::string& to) {
  std::string yaml = kTwoTrials;
  return yaml.replace(yaml.find(from), from.size(), to);
}

TEST(SubmitSweep, IsOnDiskBeforeItsAnswer) {
  CoreFixture cluster;
  cluster.store.Pause();
  const auto answer = cluster.Submit(kTwoTrials);
  EXPECT_FALSE(answer.has_come());
  EXPECT_TRUE(cluster.store.tables().sweeps.empty());
  EXPECT_EQ(cluster.board.Current()->FindSweep("words"), nullptr);
  cluster.store.Resume();
  cluster.time.RunUntilIdle();
  ASSERT_TRUE(answer.has_come());
  ASSERT_TRUE(answer.get().ok()) << answer.get().status();
  EXPECT_FALSE(answer.get()->attached);
  EXPECT_EQ(answer.get()->counts.pending, 2u);
  EXPECT_EQ(cluster.store.tables().trials.size(), 2u);
  ASSERT_NE(cluster.board.Current()->FindSweep("words"), nullptr);
  EXPECT_EQ(cluster.board.Current()->FindSweep("words")->trials.size(), 2u);
}

TEST(SubmitSweep, TheSameContentAttaches) {
  CoreFixture cluster;
  (void)cluster.Submit(kTwoTrials);
  const auto again = cluster.Submit(std::string(kTwoTrials) + "# a comment\n");
  EXPECT_TRUE(again.get()->attached);
  EXPECT_EQ(again.get()->row.id, 1);
  EXPECT_EQ(cluster.store.tables().sweeps.size(), 1u);
}

TEST(SubmitSweep, TheSameNameWithOtherContentIsRefused) {
  CoreFixture cluster;
  (void)cluster.Submit(kTwoTrials);
  const auto other = cluster.Submit(Changed("0.03", "0.05"));
  EXPECT_TRUE(absl::IsAlreadyExists(other.get().status()));
  EXPECT_EQ(base::ReasonOf(other.get().status()).reason, "SWEEP_NAME_TAKEN");
  EXPECT_EQ(cluster.store.tables().sweeps.size(), 1u);
}

TEST(SubmitSweep, TheSameRequestIdGetsTheFirstAnswer) {
  CoreFixture cluster;
  (void)cluster.Submit(kTwoTrials, kId);
  (void)cluster.Sync(cluster.From());
  (void)cluster.CheckPasses("words");
  cluster.Restart();
  const auto again = cluster.Submit(kTwoTrials, kId);
  ASSERT_TRUE(again.get().ok()) << again.get().status();
  EXPECT_FALSE(again.get()->attached);
  EXPECT_EQ(again.get()->row.state, store::SweepState::kChecking);
  EXPECT_EQ(again.get()->counts.pending, 2u);
}

TEST(SubmitSweep, ARequestIdBelongsToOneSweep) {
  CoreFixture cluster;
  (void)cluster.Submit(kTwoTrials, kId);
  const auto other = cluster.Submit(Changed("name: words", "name: others"), kId);
  EXPECT_EQ(base::ReasonOf(other.get().status()).reason, "REQUEST_ID_REUSED");
}

TEST(SubmitSweep, ARepeatBeforeTheFirstIsOnDiskWaitsForItsAnswer) {
  CoreFixture cluster;
  cluster.store.Pause();
  const auto first = cluster.Submit(kTwoTrials, kId);
  const auto second = cluster.Submit(kTwoTrials, kId);
  EXPECT_FALSE(second.has_come());
  cluster.store.Resume();
  cluster.time.RunUntilIdle();
  EXPECT_TRUE(first.get().ok());
  ASSERT_TRUE(second.get().ok()) << second.get().status();
  EXPECT_FALSE(second.get()->attached);
  EXPECT_EQ(cluster.store.tables().sweeps.size(), 1u);
}

TEST(SubmitSweep, ValidatingStoresNothing) {
  CoreFixture cluster;
  const auto answer = cluster.Submit(kTwoTrials, kId, true);
  EXPECT_EQ(answer.get()->counts.pending, 2u);
  EXPECT_TRUE(cluster.store.tables().sweeps.empty());
  EXPECT_FALSE(cluster.Submit(kTwoTrials, kId).get()->attached);
}

TEST(CancelSweep, EndsEveryTrialAndTellsTheWorker) {
  CoreFixture cluster;
  cluster.StartTwoTrials();
  const auto parked = cluster.Sync(cluster.From({{1, 1}, {2, 1}}));
  EXPECT_FALSE(parked.has_come());
  const auto canceled = cluster.Cancel("words");
  ASSERT_TRUE(canceled.get().ok());
  EXPECT_EQ(canceled.get()->counts.canceled, 2u);
  EXPECT_EQ(cluster.StateOf(1), "canceled");
  EXPECT_EQ(cluster.SweepState(), "canceled");
  ASSERT_TRUE(parked.has_come());
  EXPECT_TRUE(Leases(parked).empty());
  const auto late = cluster.Report({1, 1}, {Started(1, 0)});
  EXPECT_EQ(base::ReasonOf(late.get().status()).reason, "STALE_ATTEMPT");
}

TEST(CancelSweep, MayComeTwice) {
  CoreFixture cluster;
  (void)cluster.Submit(kTwoTrials);
  EXPECT_TRUE(cluster.Cancel("words", kId).get().ok());
  EXPECT_TRUE(cluster.Cancel("words", kId).get().ok());
  EXPECT_TRUE(cluster.Cancel("words", kOtherId).get().ok());
  EXPECT_TRUE(cluster.Cancel("words").get().ok());
}

TEST(CancelSweep, NeedsASweepThatHasNotEnded) {
  CoreFixture cluster;
  EXPECT_TRUE(absl::IsNotFound(cluster.Cancel("words").get().status()));
  cluster.StartTwoTrials();
  cluster.RunToEnd({1, 1}, 0.5);
  cluster.RunToEnd({2, 1}, 0.5);
  const auto late = cluster.Cancel("words");
  EXPECT_EQ(base::ReasonOf(late.get().status()).reason, "SWEEP_ENDED");
}

TEST(SweepCheck, APassedCheckStartsTheTrialsWithTheInputHash) {
  CoreFixture cluster;
  const auto parked = cluster.Sync(cluster.From());
  (void)cluster.Submit(kTwoTrials);
  ASSERT_TRUE(parked.has_come());
  ASSERT_EQ(parked.get()->checks.size(), 1u);
  EXPECT_EQ(parked.get()->checks[0].sweep, "words");
  EXPECT_EQ(parked.get()->checks[0].spec.model.path, "/m");
  EXPECT_TRUE(parked.get()->leases.empty());
  SyncRequest checking = cluster.From();
  checking.checking = {"words"};
  const auto next = cluster.Sync(checking);
  EXPECT_FALSE(next.has_come());
  (void)cluster.CheckPasses("words");
  ASSERT_TRUE(next.has_come());
  EXPECT_TRUE(next.get()->checks.empty());
  ASSERT_EQ(next.get()->leases.size(), 2u);
  EXPECT_EQ(next.get()->leases[0].spec.input_hash, "input-hash");
  EXPECT_EQ(next.get()->leases[0].duration, seconds(9));
}

TEST(SweepCheck, AUserErrorRejectsTheSweepWithTheTrainersMessage) {
  CoreFixture cluster;
  (void)cluster.Sync(cluster.From());
  (void)cluster.Submit(kTwoTrials);
  (void)cluster.CheckFails("words", "user");
  EXPECT_EQ(cluster.SweepState(), "rejected");
  EXPECT_EQ(cluster.store.tables().sweeps.at(1).error, "it failed");
  EXPECT_EQ(cluster.StateOf(1), "failed");
  EXPECT_TRUE(cluster.CheckPasses("words").get().ok());  // late: changes nothing
  EXPECT_EQ(cluster.SweepState(), "rejected");
}

TEST(SweepCheck, OtherErrorsAreTriedThreeTimes) {
  CoreFixture cluster;
  (void)cluster.Sync(cluster.From());
  (void)cluster.Submit(kTwoTrials);
  (void)cluster.CheckFails("words", "disk");
  EXPECT_EQ(cluster.SweepState(), "checking");
  const auto parked = cluster.Sync(cluster.From());
  EXPECT_FALSE(parked.has_come());  // backing off
  cluster.Tick(seconds(1));
  ASSERT_TRUE(parked.has_come());
  EXPECT_EQ(parked.get()->checks.size(), 1u);
  (void)cluster.CheckFails("words", "stopped");
  cluster.Tick(seconds(1));
  (void)cluster.CheckFails("words", "internal");
  EXPECT_EQ(cluster.SweepState(), "checking");
  EXPECT_TRUE(cluster.CheckFails("words", "internal").get().ok());  // once more: counts once
  EXPECT_EQ(cluster.SweepState(), "checking");
  cluster.Tick(seconds(2));
  (void)cluster.CheckFails("words", "disk");
  EXPECT_EQ(cluster.SweepState(), "rejected");
}

}  // namespace
}  // namespace sparsweep::coordinator
