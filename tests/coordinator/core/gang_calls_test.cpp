// An attempt whose ranks run on two workers: 0 and 1 on "a", 2 on "b".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_fixture.h"

namespace sparsweep::coordinator {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kGang[] = R"(name: gang
model: {path: /m}
task: {train: /t, dev: /d, format: {text: [a]}}
training: {steps: 300, warmup_steps: 30}
groups: [{method: movement, density: 0.1}]
resources: {ranks: 3}
)";
const AttemptKey kFirst{1, 1};

class GangCalls : public ::testing::Test {
 protected:
  SyncRequest From(const std::string& worker, std::vector<AttemptKey> held = {}) {
    SyncRequest request = fixture_.From(std::move(held));
    request.worker = worker;
    request.instance = worker + "-1";
    if (worker == "b") request.slots.pop_back();
    request.rank_address = "10.0.0.1";
    return request;
  }
  // What "a" says once it has started its ranks.
  SyncRequest Waiting() {
    SyncRequest request = From("a", {kFirst});
    request.rendezvous[kFirst] = "10.0.0.1:4000";
    return request;
  }
  void Grant() {
    (void)fixture_.Sync(From("a"));
    (void)fixture_.Sync(From("b"));
    (void)fixture_.Submit(kGang);
    (void)fixture_.CheckPasses("gang");
  }
  // Both hold their part and wait for news.
  void Start() {
    Grant();
    a_ = fixture_.Sync(Waiting());
    b_ = fixture_.Sync(From("b", {kFirst}));
    ASSERT_FALSE(a_.has_come());
    ASSERT_FALSE(b_.has_come());
  }
  [[nodiscard]] int64_t LeasedSlots(const std::string& worker) {
    fixture_.Tick(seconds(1));
    for (const auto& view : fixture_.board.Current()->workers) {
      if (view.name == worker) return view.leased_slots;
    }
    return -1;
  }

  CoreFixture fixture_;
  Pending<SyncAnswer> a_, b_;
};

TEST_F(GangCalls, TheOtherRanksAreLeasedOnceRankZeroWaits) {
  Grant();
  EXPECT_EQ(LeasedSlots("a") + LeasedSlots("b"), 3);
  const Pending<SyncAnswer> first = fixture_.Sync(From("a"));
  b_ = fixture_.Sync(From("b"));
  ASSERT_THAT(Leases(first), ElementsAre(kFirst));
  const DesiredLease& of_a = first.get()->leases[0];
  EXPECT_THAT(of_a.slots, ElementsAre("cpu:0", "cpu:1"));
  EXPECT_EQ(of_a.spec.world.rank, 0u);
  EXPECT_EQ(of_a.spec.world.size, 3u);
  EXPECT_EQ(of_a.spec.world.rendezvous, "");
  EXPECT_FALSE(b_.has_come());
  a_ = fixture_.Sync(Waiting());
  ASSERT_THAT(Leases(b_), ElementsAre(kFirst));
  const DesiredLease& of_b = b_.get()->leases[0];
  EXPECT_THAT(of_b.slots, ElementsAre("cpu:0"));
  EXPECT_EQ(of_b.spec.world.rank, 2u);
  EXPECT_EQ(of_b.spec.world.rendezvous, "10.0.0.1:4000");
}

TEST_F(GangCalls, AFailureAnywhereEndsAllAndTheSlotsComeFreeAsRanksGo) {
  Start();
  EXPECT_TRUE(fixture_.Report(kFirst, {}, Failed("device"), "b").get().ok());
  EXPECT_EQ(fixture_.StateOf(1), "pending");
  EXPECT_EQ(fixture_.Trial(1).failure->failure_class, "device");
  EXPECT_TRUE(a_.has_come());
  EXPECT_THAT(Leases(a_), IsEmpty());
  EXPECT_EQ(LeasedSlots("a"), 2);
  EXPECT_EQ(LeasedSlots("b"), 0);
  fixture_.Tick(seconds(2));  // the backoff is over, the first attempt is not
  EXPECT_EQ(fixture_.Trial(1).attempt_number, 1u);
  EXPECT_EQ(fixture_.Report(kFirst, {Started(1, 0)}, std::nullopt, "a").get().status().code(),
            absl::StatusCode::kFailedPrecondition);
  a_ = fixture_.Sync(From("a"));
  fixture_.Tick();
  EXPECT_EQ(fixture_.Trial(1).attempt_number, 2u);
}

TEST_F(GangCalls, RankZeroAloneTellsEventsAndSuccess) {
  Start();
  for (const auto& answer : {fixture_.Report(kFirst, {Started(1, 0)}, std::nullopt, "b"),
                             fixture_.Report(kFirst, {}, AttemptOutcome{}, "b")}) {
    EXPECT_EQ(answer.get().status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(fixture_.StateOf(1), "leased");
  (void)fixture_.Report(kFirst, {Started(1, 0), Metric(2, 300, 0.5)}, std::nullopt, "a");
  (void)fixture_.Report(kFirst, {Finished(3, 300, 0.5)}, AttemptOutcome{}, "a");
  EXPECT_EQ(fixture_.StateOf(1), "succeeded");
  EXPECT_TRUE(b_.has_come());
  EXPECT_THAT(Leases(b_), IsEmpty());
}

TEST_F(GangCalls, AWorkerThatIsNotHeardFromLosesTheAttempt) {
  Start();
  for (int i = 0; i < 10 && fixture_.StateOf(1) == "leased"; ++i) {
    a_ = fixture_.Sync(Waiting());
    fixture_.Tick(seconds(2));
  }
  EXPECT_EQ(fixture_.StateOf(1), "pending");
  EXPECT_EQ(fixture_.Trial(1).failure->failure_class, "lost_worker");
  EXPECT_EQ(fixture_.Trial(1).failure->value, "b");
  EXPECT_TRUE(a_.has_come());
  EXPECT_THAT(Leases(a_), IsEmpty());
}

TEST_F(GangCalls, AWorkerThatRestartsLosesTheAttemptAtOnce) {
  Start();
  SyncRequest restarted = From("b");
  restarted.instance = "b-2";
  (void)fixture_.Sync(restarted);
  EXPECT_EQ(fixture_.StateOf(1), "pending");
  EXPECT_TRUE(a_.has_come());
  EXPECT_THAT(Leases(a_), IsEmpty());
}

TEST_F(GangCalls, ARankZeroThatNeverWaitsLosesTheAttempt) {
  Grant();
  for (int i = 0; i < 5; ++i) {
    fixture_.Tick(seconds(2));
    b_ = fixture_.Sync(From("b"));
    EXPECT_THAT(Leases(b_), IsEmpty());
  }
  EXPECT_EQ(fixture_.Trial(1).failure->failure_class, "lost_worker");
}

TEST_F(GangCalls, ARestartOfTheCoordinatorRestartsNoRank) {
  Start();
  fixture_.Restart();
  b_ = fixture_.Sync(From("b", {kFirst}));  // before "a" has said again where they meet
  EXPECT_FALSE(b_.has_come());
  a_ = fixture_.Sync(Waiting());
  for (int i = 0; i < 6; ++i) {
    fixture_.Tick(seconds(3));
    a_ = fixture_.Sync(Waiting());
    b_ = fixture_.Sync(From("b", {kFirst}));
  }
  EXPECT_EQ(fixture_.StateOf(1), "leased");
  EXPECT_EQ(fixture_.Trial(1).attempt_number, 1u);
  EXPECT_EQ(LeasedSlots("a") + LeasedSlots("b"), 3);
}

TEST_F(GangCalls, AfterARestartAnAttemptThatMayStillRunIsWaitedFor) {
  Start();
  (void)fixture_.Report(kFirst, {}, Failed("stopped"), "b");
  fixture_.Restart();  // forgets that "a" was told to let go
  SyncRequest c = fixture_.From();
  c.worker = c.instance = "c";
  c.slots.push_back({"cpu:2", "cpu", "", 0});
  (void)fixture_.Sync(c);
  fixture_.Tick(seconds(8));
  EXPECT_EQ(fixture_.Trial(1).attempt_number, 1u);
  c.sequence += 1;
  (void)fixture_.Sync(c);
  fixture_.Tick(seconds(1));
  EXPECT_EQ(fixture_.Trial(1).attempt_number, 2u);
}

TEST_F(GangCalls, ACancelReachesAllWorkers) {
  Start();
  (void)fixture_.Cancel("gang");
  EXPECT_TRUE(a_.has_come());
  EXPECT_THAT(Leases(a_), IsEmpty());
  EXPECT_TRUE(b_.has_come());
  EXPECT_THAT(Leases(b_), IsEmpty());
}

}  // namespace
}  // namespace sparsweep::coordinator
