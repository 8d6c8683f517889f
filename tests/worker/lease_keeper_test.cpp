#include "worker/lease_keeper.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/virtual_time.h"

namespace sparsweep::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LeaseKeeperTest : public testing::Test {
 protected:
  test::TestExecutor loop_;
  std::vector<AttemptId> expired_;
  LeaseKeeper keeper_{loop_, loop_, [this](const AttemptId& id) { expired_.push_back(id); }};
  const AttemptId a_{"t-000001", 1};
  const AttemptId b_{"t-000002", 3};
};

TEST_F(LeaseKeeperTest, MarginIsAFifthAtMostFiveSeconds) {
  EXPECT_EQ(LeaseMargin(seconds(2)), milliseconds(400));
  EXPECT_EQ(LeaseMargin(seconds(60)), seconds(5));
}

TEST_F(LeaseKeeperTest, ExpiresAtDurationMinusMarginFromTheSend) {
  const base::SteadyTime sent = loop_.Now();
  loop_.Advance(milliseconds(500));
  ASSERT_TRUE(keeper_.Renew(a_, sent, seconds(2)));
  loop_.Advance(milliseconds(1099));
  EXPECT_TRUE(expired_.empty());
  loop_.Advance(milliseconds(1));
  EXPECT_EQ(expired_, std::vector{a_});
  loop_.Advance(seconds(10));
  EXPECT_EQ(expired_.size(), 1U);
}

TEST_F(LeaseKeeperTest, EachRenewalCountsFromItsOwnSend) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(keeper_.Renew(a_, loop_.Now(), seconds(2)));
    loop_.Advance(milliseconds(1500));
  }
  EXPECT_TRUE(expired_.empty());
  loop_.Advance(milliseconds(100));
  EXPECT_EQ(expired_, std::vector{a_});
}

TEST_F(LeaseKeeperTest, ALeaseThatIsOverWhenItArrivesIsRefused) {
  const base::SteadyTime sent = loop_.Now();
  loop_.Advance(milliseconds(1600));
  EXPECT_FALSE(keeper_.Renew(a_, sent, seconds(2)));
  loop_.Advance(seconds(5));
  EXPECT_TRUE(expired_.empty());
}

TEST_F(LeaseKeeperTest, ALateAnswerDoesNotShortenALease) {
  const base::SteadyTime first = loop_.Now();
  loop_.Advance(seconds(1));
  ASSERT_TRUE(keeper_.Renew(a_, loop_.Now(), seconds(2)));
  ASSERT_TRUE(keeper_.Renew(a_, first, seconds(2)));
  loop_.Advance(milliseconds(1599));
  EXPECT_TRUE(expired_.empty());
}

TEST_F(LeaseKeeperTest, LeasesEndIndependently) {
  ASSERT_TRUE(keeper_.Renew(a_, loop_.Now(), seconds(2)));
  ASSERT_TRUE(keeper_.Renew(b_, loop_.Now(), seconds(10)));
  loop_.Advance(seconds(3));
  EXPECT_EQ(expired_, std::vector{a_});
  keeper_.Drop(b_);
  loop_.Advance(seconds(30));
  EXPECT_EQ(expired_, std::vector{a_});
  EXPECT_EQ(loop_.timer_count(), 0U);
}

TEST_F(LeaseKeeperTest, TimersAreShortBecauseTheyMayStandStill) {
  ASSERT_TRUE(keeper_.Renew(a_, loop_.Now(), seconds(60)));
  EXPECT_LE(loop_.NextTimer() - loop_.Now(), seconds(1));
}

TEST_F(LeaseKeeperTest, SyncWaitIsAQuarterOfTheShortestLease) {
  EXPECT_EQ(keeper_.SyncWait(seconds(10)), seconds(10));
  ASSERT_TRUE(keeper_.Renew(a_, loop_.Now(), seconds(60)));
  EXPECT_EQ(keeper_.SyncWait(seconds(10)), seconds(10));
  ASSERT_TRUE(keeper_.Renew(b_, loop_.Now(), seconds(2)));
  EXPECT_EQ(keeper_.SyncWait(seconds(10)), milliseconds(500));
}

}  // namespace
}  // namespace sparsweep::worker
