#include "coordinator/scheduler/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/coordinator/scheduler/cluster_fixture.h"

namespace sparsweep::coordinator {
namespace {

using std::chrono::seconds;
using store::SweepState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int64_t> Granted(const Plan& plan) {
  std::vector<int64_t> trials;
  for (const Grant& grant : plan.grant) trials.push_back(grant.trial_id);
  return trials;
}

TEST(Scheduler, GivesSlotsInTheOrderOfSweepsAndTrials) {
  ClusterFixture cluster;
  cluster.AddSweep(2);
  cluster.AddSweep(2);
  cluster.AddWorker("w", 3);
  EXPECT_THAT(Granted(cluster.MakePlan()), ElementsAre(1, 2, 3));
}

TEST(Scheduler, KeepsToMaxConcurrent) {
  ClusterFixture cluster;
  cluster.AddSweep(5, 2);
  cluster.AddSweep(5);
  cluster.AddWorker("w", 4);
  EXPECT_THAT(Granted(cluster.Step()), ElementsAre(1, 2, 6, 7));
}

TEST(Scheduler, SpreadsOverTheWorkersWithMostFreeSlots) {
  ClusterFixture cluster;
  cluster.AddSweep(3);
  cluster.AddWorker("a", 1);
  cluster.AddWorker("b", 2);
  const Plan plan = cluster.MakePlan();
  EXPECT_THAT(plan.grant, ElementsAre(Grant{1, {{"b", {"cpu:0"}}}}, Grant{2, {{"a", {"cpu:0"}}}},
                                      Grant{3, {{"b", {"cpu:1"}}}}));
}

TEST(Scheduler, SendsATrialBackToItsCheckpoint) {
  ClusterFixture cluster;
  cluster.AddSweep(1);
  cluster.AddWorker("a", 1);
  cluster.AddWorker("b", 4);
  cluster.Trial(1).last_worker = "a";
  EXPECT_EQ(cluster.MakePlan().grant.at(0).placement.at(0).worker, "a");
}

TEST(Scheduler, GivesNothingToWorkersThatDrainAreLostOrHoldSomethingUnknown) {
  ClusterFixture cluster;
  cluster.AddSweep(9);
  cluster.AddWorker("draining", 1).draining = true;
  cluster.AddWorker("unknown", 1).holds_unknown = true;
  cluster.AddWorker("lost", 1).last_seen = cluster.time.Now() - seconds(10);
  cluster.AddWorker("fine", 1);
  EXPECT_THAT(cluster.MakePlan().grant, ElementsAre(Grant{1, {{"fine", {"cpu:0"}}}}));
}

TEST(Scheduler, WaitsOutTheBackoff) {
  ClusterFixture cluster;
  cluster.AddSweep(2);
  cluster.AddWorker("w", 2);
  cluster.Trial(1).not_before = cluster.time.Now() + seconds(1);
  EXPECT_THAT(Granted(cluster.MakePlan()), ElementsAre(2));
  cluster.time.Advance(seconds(1));
  EXPECT_THAT(Granted(cluster.MakePlan()), ElementsAre(1, 2));
}

TEST(Scheduler, ChecksASweepBeforeItsFirstLease) {
  ClusterFixture cluster;
  const int64_t sweep = cluster.AddSweep(2, 0, SweepState::kChecking);
  EXPECT_THAT(cluster.MakePlan().check, IsEmpty());  // nobody to ask
  cluster.AddWorker("w", 2);
  const Plan plan = cluster.Step();
  EXPECT_THAT(plan.check, ElementsAre(CheckAssignment{sweep, "w"}));
  EXPECT_THAT(plan.grant, IsEmpty());
  EXPECT_TRUE(cluster.MakePlan().empty());
}

TEST(Scheduler, GivesTheCheckOfALostWorkerToAnother) {
  ClusterFixture cluster;
  const int64_t sweep = cluster.AddSweep(2, 0, SweepState::kChecking);
  cluster.AddWorker("a", 1);
  cluster.Step();
  cluster.time.Advance(seconds(10));
  cluster.AddWorker("b", 1);
  EXPECT_THAT(cluster.MakePlan().check, ElementsAre(CheckAssignment{sweep, "b"}));
}

TEST(Scheduler, RequeuesWhatExpired) {
  ClusterFixture cluster;
  cluster.AddSweep(1);
  cluster.AddWorker("w", 1);
  cluster.Step();
  cluster.time.Advance(seconds(10) - std::chrono::nanoseconds(1));
  EXPECT_THAT(cluster.MakePlan().requeue, IsEmpty());
  cluster.time.Advance(std::chrono::nanoseconds(1));
  EXPECT_THAT(cluster.MakePlan().requeue, ElementsAre(AttemptKey{1, 1}));
  EXPECT_THAT(cluster.MakePlan().grant, IsEmpty());
}

TEST(Scheduler, FailsWhatWasLostTooOften) {
  ClusterFixture cluster;
  cluster.AddSweep(1);
  cluster.AddWorker("w", 1);
  cluster.Trial(1).row.attempt_number = 99;
  cluster.Step();
  cluster.time.Advance(seconds(10));
  EXPECT_THAT(cluster.MakePlan().fail, ElementsAre(AttemptKey{1, 100}));
}

TEST(Scheduler, RevokesWhenTheSlotIsGone) {
  ClusterFixture cluster;
  cluster.AddSweep(1);
  WorkerEntry& worker = cluster.AddWorker("w", 2);
  cluster.Step();
  worker.slots.erase(worker.slots.begin());
  const Plan plan = cluster.Step();
  EXPECT_THAT(plan.revoke, ElementsAre(AttemptKey{1, 1}));
  EXPECT_EQ(cluster.StateOf(1), "pending");
}

// Slots of `worker`, "cpu:0" on.
Member On(const std::string& worker, int slots) {
  Member member{worker, {}};
  for (int i = 0; i < slots; ++i) member.slots.push_back("cpu:" + std::to_string(i));
  return member;
}

TEST(GangScheduler, GivesAllSlotsOfOneWorkerOrNone) {
  ClusterFixture cluster;
  cluster.Sweep(cluster.AddSweep(3)).ranks = 2;
  cluster.AddWorker("a", 3);
  cluster.AddWorker("b", 1);
  EXPECT_THAT(cluster.Step().grant, ElementsAre(Grant{1, {On("a", 2)}}));
  EXPECT_THAT(cluster.MakePlan().grant, IsEmpty());
}

TEST(GangScheduler, PrefersOneWorkerAndTheCheckpoint) {
  ClusterFixture cluster;
  cluster.Sweep(cluster.AddSweep(2)).ranks = 2;
  for (const char* name : {"a", "b", "c"}) {
    cluster.AddWorker(name, name[0] == 'a' ? 1 : 2).rank_address = "10.0.0.1";
  }
  cluster.Trial(1).last_worker = "c";
  EXPECT_THAT(cluster.MakePlan().grant,
              ElementsAre(Grant{1, {On("c", 2)}}, Grant{2, {On("b", 2)}}));
}

TEST(GangScheduler, SpreadsOverWorkersThatHaveAnAddressForIt) {
  ClusterFixture cluster;
  cluster.Sweep(cluster.AddSweep(1)).ranks = 4;
  cluster.AddWorker("a", 1).rank_address = "10.0.0.1";
  cluster.AddWorker("b", 2).rank_address = "10.0.0.2";
  cluster.AddWorker("c", 3);
  EXPECT_THAT(cluster.MakePlan().grant, IsEmpty());
  cluster.AddWorker("d", 2).rank_address = "10.0.0.4";
  cluster.Trial(1).last_worker = "a";  // rank 0 goes to its checkpoint
  EXPECT_THAT(cluster.MakePlan().grant,
              ElementsAre(Grant{1, {On("a", 1), On("b", 2), On("d", 1)}}));
}

TEST(GangScheduler, KeepsToOneKindOfDevice) {
  ClusterFixture cluster;
  cluster.Sweep(cluster.AddSweep(2)).ranks = 2;
  WorkerEntry& worker = cluster.AddWorker("w", 3);
  for (int i = 0; i < 3; ++i) {
    worker.slots.push_back({"cuda:" + std::to_string(i), "cuda", "", 0});
  }
  EXPECT_THAT(cluster.MakePlan().grant,
              ElementsAre(Grant{1, {{"w", {"cuda:0", "cuda:1"}}}}, Grant{2, {On("w", 2)}}));
}

TEST(GangScheduler, TheOldestThatDoesNotFitReservesAgainstYoungerOnes) {
  ClusterFixture cluster;
  cluster.AddSweep(3, 3);
  cluster.AddWorker("w", 3);
  cluster.Step();
  cluster.Sweep(cluster.AddSweep(1)).ranks = 2;  // trial 4
  cluster.AddSweep(9);                           // 5 to 13
  for (const int64_t ended : {2, 1}) {
    EXPECT_THAT(cluster.Step().grant, IsEmpty());
    cluster.transitions.StartAttempt(cluster.Trial(ended));
    cluster.Trial(ended).row.score = 0.5;
    cluster.ender.Accept(cluster.Trial(ended));
    cluster.leases.Release({ended, 1}, "w");
  }
  EXPECT_THAT(cluster.Step().grant, ElementsAre(Grant{4, {On("w", 2)}}));
}

TEST(GangScheduler, ReservesNothingForWhatFitsNowhere) {
  ClusterFixture cluster;
  cluster.Sweep(cluster.AddSweep(1)).ranks = 4;
  cluster.AddSweep(2);
  cluster.AddWorker("a", 2);
  cluster.AddWorker("b", 2);  // four slots, but no address for ranks over several workers
  EXPECT_THAT(Granted(cluster.MakePlan()), ElementsAre(2, 3));
}

TEST(GangScheduler, ReservesOnlyWhereTheGangWillRun) {
  ClusterFixture cluster;
  cluster.AddSweep(2);
  cluster.AddWorker("a", 3);
  cluster.Step();
  cluster.Sweep(cluster.AddSweep(1)).ranks = 2;
  cluster.AddSweep(2);
  cluster.AddWorker("b", 1);
  EXPECT_THAT(cluster.MakePlan().grant, ElementsAre(Grant{4, {On("b", 1)}}));
}

TEST(GangScheduler, TheNextAttemptWaitsUntilAllRanksOfTheLastHaveLetGo) {
  ClusterFixture cluster;
  cluster.Sweep(cluster.AddSweep(1)).ranks = 2;
  cluster.AddWorker("a", 1).rank_address = "10.0.0.1";
  cluster.AddWorker("b", 1).rank_address = "10.0.0.2";
  cluster.Step();
  cluster.time.Advance(seconds(6));
  cluster.leases.Renew({1, 1}, "a", cluster.time.Now());
  cluster.time.Advance(seconds(4));
  cluster.AddWorker("c", 2);
  cluster.state.workers["a"].last_seen = cluster.time.Now();
  EXPECT_THAT(cluster.Step().requeue, ElementsAre(AttemptKey{1, 1}));
  EXPECT_EQ(cluster.Trial(1).row.failure->value, "b");
  EXPECT_TRUE(cluster.state.leases.IsTaken("a", "cpu:0"));
  EXPECT_FALSE(cluster.state.leases.IsTaken("b", "cpu:0"));
  EXPECT_TRUE(cluster.MakePlan().empty());
  cluster.leases.Release({1, 1}, "a");
  EXPECT_THAT(cluster.Step().grant, ElementsAre(Grant{1, {On("c", 2)}}));
}

// Random clusters and events: no plan ever breaks these rules, and equal states give equal plans.
TEST(Scheduler, KeepsItsPropertiesOnRandomClusters) {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&random](int n) {
      return std::uniform_int_distribution<int>(0, n - 1)(random);
    };
    ClusterFixture cluster;
    for (int i = below(4) + 1; i > 0; --i) {
      const int64_t sweep =
          cluster.AddSweep(below(8) + 1, static_cast<uint32_t>(below(4)),
                           below(4) == 0 ? SweepState::kChecking : SweepState::kRunning);
      cluster.Sweep(sweep).ranks = static_cast<uint32_t>(std::max(1, below(5)));
    }
    for (int i = below(4); i > 0; --i) {
      WorkerEntry& worker = cluster.AddWorker("w" + std::to_string(i), below(4));
      worker.draining = below(5) == 0;
      if (below(2) == 0) worker.rank_address = "127.0.0.1";
    }
    for (int step = 0; step < 30; ++step) {
      const Plan plan = cluster.MakePlan();
      EXPECT_EQ(plan, cluster.MakePlan());
      std::set<std::pair<std::string, std::string>> slots;
      std::set<int64_t> trials;
      for (const Grant& grant : plan.grant) {
        const TrialEntry& trial = cluster.Trial(grant.trial_id);
        EXPECT_EQ(Ranks(grant.placement), cluster.Sweep(trial.row.sweep_id).ranks);
        for (const Member& member : grant.placement) {
          const WorkerEntry& worker = cluster.state.workers.at(member.worker);
          EXPECT_FALSE(worker.draining);
          EXPECT_TRUE(grant.placement.size() == 1 || !worker.rank_address.empty());
          for (const std::string& slot : member.slots) {
            EXPECT_TRUE(worker.HasSlot(slot));
            EXPECT_FALSE(cluster.state.leases.IsTaken(member.worker, slot));
            EXPECT_TRUE(slots.emplace(member.worker, slot).second);
          }
        }
        EXPECT_TRUE(trials.insert(grant.trial_id).second);
        EXPECT_EQ(cluster.StateOf(grant.trial_id), "pending");
      }
      cluster.leases.Apply(plan, cluster.time.Now());
      EXPECT_EQ(cluster.state.tally.invariant_violations, 0u);
      for (const auto& [id, sweep] : cluster.state.sweeps.sweeps()) {
        if (sweep.row.max_concurrent != 0) {
          EXPECT_LE(sweep.Active(), sweep.row.max_concurrent);
        }
      }
      cluster.time.Advance(seconds(below(6)));
      for (auto& [name, worker] : cluster.state.workers) {
        if (below(3) != 0) worker.last_seen = cluster.time.Now();
      }
    }
  }
}

}  // namespace
}  // namespace sparsweep::coordinator
