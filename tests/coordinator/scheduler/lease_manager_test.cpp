#include "coordinator/scheduler/lease_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/scheduler/cluster_fixture.h"

namespace sparsweep::coordinator {
namespace {

using std::chrono::seconds;

class LeaseManagerTest : public ::testing::Test {
 protected:
  LeaseManagerTest() {
    cluster_.AddSweep(2);
    cluster_.AddWorker("w", 2);
  }
  [[nodiscard]] uint64_t Violations() const { return cluster_.state.tally.invariant_violations; }

  ClusterFixture cluster_;
};

TEST_F(LeaseManagerTest, AGrantRaisesTheAttemptNumberAndTakesTheSlot) {
  cluster_.Step();
  EXPECT_EQ(cluster_.StateOf(1), "leased");
  EXPECT_EQ(cluster_.Trial(1).row.attempt_number, 1u);
  EXPECT_TRUE(cluster_.state.leases.IsTaken("w", "cpu:0"));
  const Lease* lease = cluster_.state.leases.Find({1, 1});
  ASSERT_NE(lease, nullptr);
  EXPECT_EQ(lease->Deadline(), cluster_.time.Now() + seconds(10));
  EXPECT_EQ(cluster_.Trial(1).attempt->lease_duration_ms, 10'000);
}

TEST_F(LeaseManagerTest, AGrantThatNoLongerHoldsIsLeftOut) {
  Plan stale = cluster_.MakePlan();
  cluster_.Step();
  cluster_.leases.Apply(stale, cluster_.time.Now());  // both trials are leased by now
  EXPECT_EQ(Violations(), 2u);
  EXPECT_EQ(cluster_.state.leases.all().size(), 2u);

  ClusterFixture other;
  other.AddSweep(1);
  other.AddWorker("w", 1);
  for (const Grant& grant : {Grant{1, {{"w", {"cpu:9"}}}}, Grant{1, {{"x", {"cpu:0"}}}},
                             Grant{1, {{"w", {}}}}, Grant{77, {{"w", {"cpu:0"}}}}}) {
    Plan plan;
    plan.grant.push_back(grant);
    other.leases.Apply(plan, other.time.Now());
  }
  EXPECT_EQ(other.state.tally.invariant_violations, 4u);
  EXPECT_EQ(other.StateOf(1), "pending");
}

TEST_F(LeaseManagerTest, ARenewedLeaseOutlivesAStalePlan) {
  cluster_.Step();
  cluster_.time.Advance(seconds(10));
  const Plan plan = cluster_.MakePlan();
  ASSERT_EQ(plan.requeue.size(), 2u);
  cluster_.leases.Renew({1, 1}, "w", cluster_.time.Now());
  cluster_.leases.Apply(plan, cluster_.time.Now());
  EXPECT_EQ(cluster_.StateOf(1), "leased");
  EXPECT_EQ(cluster_.StateOf(2), "pending");
  EXPECT_EQ(cluster_.state.tally.lease_expirations, 1u);
}

TEST_F(LeaseManagerTest, AnExpiredLeaseFreesItsSlotForTheNextAttempt) {
  cluster_.Step();
  cluster_.time.Advance(seconds(10));
  cluster_.Step();
  EXPECT_EQ(cluster_.Trial(1).row.failure->failure_class, "lost_worker");
  EXPECT_FALSE(cluster_.state.leases.IsTaken("w", "cpu:0"));
  cluster_.state.workers["w"].last_seen = cluster_.time.Now();
  cluster_.Step();
  EXPECT_EQ(cluster_.Trial(1).row.attempt_number, 2u);
}

TEST_F(LeaseManagerTest, ARevokedLeaseKeepsItsSlotUntilItsDeadline) {
  cluster_.Step();
  cluster_.ender.Cancel(cluster_.Trial(1));
  cluster_.time.Advance(seconds(4));
  cluster_.state.workers["w"].last_seen = cluster_.time.Now();
  EXPECT_EQ(cluster_.Step().revoke.size(), 1u);
  EXPECT_TRUE(cluster_.state.leases.IsTaken("w", "cpu:0"));
  cluster_.time.Advance(seconds(6));
  EXPECT_EQ(cluster_.Step().release.size(), 1u);
  EXPECT_FALSE(cluster_.state.leases.IsTaken("w", "cpu:0"));
}

TEST_F(LeaseManagerTest, RestoreGivesLiveAttemptsOneFullDuration) {
  cluster_.Step();
  cluster_.state.leases = {};
  cluster_.time.Advance(seconds(100));
  cluster_.leases.Restore(cluster_.time.Now());
  const Lease* lease = cluster_.state.leases.Find({1, 1});
  ASSERT_NE(lease, nullptr);
  EXPECT_EQ(lease->Deadline(), cluster_.time.Now() + seconds(10));
  EXPECT_EQ(lease->parts[0].instance, "");
  EXPECT_TRUE(cluster_.state.leases.IsTaken("w", "cpu:0"));
}

TEST_F(LeaseManagerTest, RenewingWritesNothing) {
  cluster_.Step();
  (void)cluster_.transitions.Take();
  cluster_.leases.Renew({1, 1}, "w", cluster_.time.Now());
  EXPECT_TRUE(cluster_.transitions.Take().mutations.empty());
}

TEST_F(LeaseManagerTest, TheLastTrialEndsItsSweep) {
  cluster_.Step();
  for (int64_t id : {1, 2}) {
    cluster_.transitions.StartAttempt(cluster_.Trial(id));
    cluster_.Trial(id).row.score = 0.5;
  }
  cluster_.ender.Accept(cluster_.Trial(1));
  EXPECT_EQ(cluster_.state.sweeps.FindSweep(1)->row.state, store::SweepState::kRunning);
  cluster_.ender.Fail(cluster_.Trial(2), store::AttemptState::kFailed,
                      contract::FailureClass::kUser, {}, cluster_.time.Now());
  EXPECT_EQ(cluster_.StateOf(2), "failed");
  EXPECT_EQ(cluster_.Trial(2).row.score, std::nullopt);
  EXPECT_EQ(cluster_.state.sweeps.FindSweep(1)->row.state, store::SweepState::kSucceeded);
}

}  // namespace
}  // namespace sparsweep::coordinator
