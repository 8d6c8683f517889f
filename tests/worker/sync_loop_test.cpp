#include "worker/sync_loop.h"

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include "tests/support/fake_coordinator_client.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::worker {
namespace {

using google::protobuf::util::TimeUtil;
using std::chrono::milliseconds;
using std::chrono::seconds;

class SyncLoopTest : public testing::Test {
 protected:
  void Answer(const absl::Status& status = absl::OkStatus()) {
    client_.Take(client_.syncs).done(status, {});
    loop_.RunUntilIdle();
  }

  test::TestExecutor loop_;
  test::FakeCoordinatorClient client_;
  std::vector<base::SteadyTime> answered_;  // when the answered Sync was sent
  int failed_ = 0;
  SyncLoop sync_{
      loop_, loop_, client_,
      SyncLoop::Callbacks{.describe =
                              [](v1::SyncRequest* request) {
                                *request->mutable_wait() = TimeUtil::SecondsToDuration(10);
                              },
                          .answered = [this](const v1::SyncResponse&,
                                             base::SteadyTime sent) { answered_.push_back(sent); },
                          .failed = [this](const absl::Status&) { ++failed_; }}};
};

TEST_F(SyncLoopTest, OneAfterAnotherWithARisingSequence) {
  sync_.Start();
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
    ASSERT_EQ(client_.syncs.size(), 1U);
    EXPECT_EQ(client_.syncs.front().request.sequence(), sequence);
    loop_.Advance(seconds(10));
    Answer();
  }
  EXPECT_EQ(answered_.size(), 3U);
}

TEST_F(SyncLoopTest, LeasesCountFromTheSend) {
  const base::SteadyTime start = loop_.Now();
  sync_.Start();
  loop_.Advance(seconds(7));
  Answer();
  EXPECT_EQ(answered_, std::vector{start});
}

TEST_F(SyncLoopTest, MayTakeLongerThanItsWait) {
  sync_.Start();
  EXPECT_GT(client_.syncs.front().timeout, seconds(10));
}

TEST_F(SyncLoopTest, AnswersAtOnceAreNotAskedForWithoutPause) {
  sync_.Start();
  Answer();
  EXPECT_TRUE(client_.syncs.empty());
  loop_.Advance(milliseconds(20));
  EXPECT_EQ(client_.syncs.size(), 1U);
}

TEST_F(SyncLoopTest, TriesAgainAfterAFailureWithGrowingPauses) {
  sync_.Start();
  for (const int pause : {100, 200, 400, 800, 1600, 2000, 2000}) {
    Answer(absl::UnavailableError(""));
    loop_.Advance(milliseconds(pause - 1));
    EXPECT_TRUE(client_.syncs.empty()) << pause;
    loop_.Advance(milliseconds(1));
    ASSERT_EQ(client_.syncs.size(), 1U) << pause;
  }
  EXPECT_EQ(failed_, 7);
  Answer();
  loop_.Advance(milliseconds(20));
  Answer(absl::UnavailableError(""));
  loop_.Advance(milliseconds(100));
  EXPECT_EQ(client_.syncs.size(), 1U);
}

TEST_F(SyncLoopTest, NowEndsThePollInFlight) {
  sync_.Start();
  loop_.Advance(seconds(1));
  sync_.SyncNow();
  loop_.RunUntilIdle();
  ASSERT_EQ(client_.syncs.size(), 1U);
  EXPECT_EQ(client_.syncs.front().request.sequence(), 2U);
  EXPECT_EQ(failed_, 0);
}

TEST_F(SyncLoopTest, NowEndsAPauseToo) {
  sync_.Start();
  Answer(absl::UnavailableError(""));
  sync_.SyncNow();
  loop_.RunUntilIdle();
  EXPECT_EQ(client_.syncs.size(), 1U);
}

TEST_F(SyncLoopTest, NothingIsSentAfterStop) {
  sync_.Start();
  sync_.Stop();
  Answer();
  sync_.SyncNow();
  loop_.Advance(seconds(60));
  EXPECT_TRUE(client_.syncs.empty());
  EXPECT_TRUE(answered_.empty());
}

}  // namespace
}  // namespace sparsweep::worker
