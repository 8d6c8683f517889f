#include "worker/event_reporter.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/status.h"
#include "tests/support/fake_coordinator_client.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class EventReporterTest : public testing::Test {
 protected:
  std::unique_ptr<EventReporter> MakeReporter() {
    return std::make_unique<EventReporter>(
        loop_, client_, WorkerIdentity{"w", "i"}, AttemptId{"t-000001", 2}, folder_.path(),
        EventReporter::Callbacks{
            .read = [this](const contract::TrainerEvent& event) { read_ = event.sequence; },
            .bad_events = [this](const absl::Status&) { ++bad_; },
            .stale = [this] { ++stale_; },
            .reported = [this] { ++reported_; }});
  }
  void Append(uint64_t first, uint64_t last) {
    std::ofstream file(folder_.File("events.jsonl"), std::ios::app);
    for (uint64_t sequence = first; sequence <= last; ++sequence) {
      file << contract::ToJson(
                  {.sequence = sequence, .step = 0, .body = contract::Metric{"loss", 0.5}})
           << "\n";
    }
  }
  // Answers the oldest report; an acknowledgement of 0 stands for that of its last event.
  v1::ReportEventsRequest Answer(const absl::Status& status = absl::OkStatus(),
                                 uint64_t acknowledged = 0) {
    auto call = client_.Take(client_.reports);
    v1::ReportEventsResponse response;
    if (acknowledged == 0 && call.request.events_size() > 0) {
      acknowledged = call.request.events().rbegin()->sequence();
    }
    response.set_acknowledged_sequence(acknowledged);
    call.done(status, response);
    loop_.RunUntilIdle();
    return call.request;
  }
  static std::pair<uint64_t, uint64_t> Range(const v1::ReportEventsRequest& request) {
    if (request.events().empty()) return {0, 0};
    return {request.events(0).sequence(), request.events().rbegin()->sequence()};
  }

  test::TemporaryFolder folder_;
  test::TestExecutor loop_;
  test::FakeCoordinatorClient client_;
  uint64_t read_ = 0;
  int bad_ = 0, stale_ = 0, reported_ = 0;
  std::unique_ptr<EventReporter> reporter_ = MakeReporter();
};

using Pair = std::pair<uint64_t, uint64_t>;

TEST_F(EventReporterTest, SendsWhatAppearsWithOneRequestInFlight) {
  reporter_->Start();
  Append(1, 2);
  loop_.Advance(milliseconds(100));
  Append(3, 3);
  loop_.Advance(seconds(1));
  ASSERT_EQ(client_.reports.size(), 1U);
  const v1::ReportEventsRequest first = Answer();
  EXPECT_EQ(Range(first), Pair(1, 2));
  EXPECT_EQ(first.worker(), "w");
  EXPECT_EQ(first.instance(), "i");
  EXPECT_EQ(first.trial(), "t-000001");
  EXPECT_EQ(first.attempt_number(), 2U);
  EXPECT_EQ(first.directory(), folder_.path());
  EXPECT_FALSE(first.has_outcome());
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(Range(Answer()), Pair(3, 3));
  EXPECT_TRUE(client_.reports.empty());
}

TEST_F(EventReporterTest, LosesNothingWhileTheCoordinatorIsAwayOrSheds) {
  reporter_->Start();
  Append(1, 3);
  loop_.Advance(milliseconds(100));
  for (const absl::Status& status :
       {absl::UnavailableError(""), absl::ResourceExhaustedError(""),
        absl::DeadlineExceededError(""), absl::AbortedError(""), absl::InternalError("")}) {
    EXPECT_EQ(Range(Answer(status)).first, 1U);
    EXPECT_TRUE(client_.reports.empty()) << "no pause after " << status;
    loop_.Advance(seconds(2));
    ASSERT_EQ(client_.reports.size(), 1U);
  }
  EXPECT_EQ(Range(Answer()), Pair(1, 3));
  EXPECT_EQ(stale_, 0);
}

TEST_F(EventReporterTest, SendsAgainWhatWasNotAcknowledged) {
  reporter_->Start();
  Append(1, 5);
  loop_.Advance(milliseconds(100));
  EXPECT_EQ(Range(Answer(absl::OkStatus(), 2)), Pair(1, 5));
  EXPECT_EQ(Range(Answer()), Pair(3, 5));
}

TEST_F(EventReporterTest, AnAcknowledgementThatDoesNotMoveIsNotAskedForWithoutPause) {
  reporter_->Start();
  Append(1, 2);
  loop_.Advance(milliseconds(100));
  Answer(absl::OkStatus(), 1);
  Answer(absl::OkStatus(), 1);
  EXPECT_TRUE(client_.reports.empty());
  loop_.Advance(seconds(2));
  EXPECT_EQ(client_.reports.size(), 1U);
}

TEST_F(EventReporterTest, TheOutcomeTravelsWithTheLastBatch) {
  reporter_->Start();
  Append(1, EventTail::kMaxEvents + 7);
  reporter_->ReadToEnd();
  EXPECT_EQ(read_, EventTail::kMaxEvents + 7);
  v1::AttemptOutcome outcome;
  outcome.set_succeeded(true);
  reporter_->Finish(outcome);
  const v1::ReportEventsRequest first = Answer();
  EXPECT_EQ(Range(first), Pair(1, EventTail::kMaxEvents));
  EXPECT_FALSE(first.has_outcome());
  EXPECT_EQ(reported_, 0);
  const v1::ReportEventsRequest last = Answer();
  EXPECT_EQ(Range(last), Pair(EventTail::kMaxEvents + 1, EventTail::kMaxEvents + 7));
  EXPECT_TRUE(last.outcome().succeeded());
  EXPECT_EQ(reported_, 1);
  loop_.Advance(seconds(10));
  EXPECT_TRUE(client_.reports.empty());
}

TEST_F(EventReporterTest, AnOutcomeWithoutEventsIsReportedUntilItIsTaken) {
  reporter_->ReadToEnd();
  reporter_->Finish({});
  Answer(absl::UnavailableError(""));
  loop_.Advance(seconds(2));
  EXPECT_TRUE(Answer().has_outcome());
  EXPECT_EQ(reported_, 1);
}

TEST_F(EventReporterTest, AStaleAttemptIsNotReportedAgain) {
  reporter_->Start();
  Append(1, 1);
  loop_.Advance(milliseconds(100));
  Answer(base::WithReason(absl::FailedPreconditionError(""),
                          {.reason = "STALE_ATTEMPT", .metadata = {}}));
  EXPECT_EQ(stale_, 1);
  Append(2, 2);
  loop_.Advance(seconds(10));
  EXPECT_TRUE(client_.reports.empty());
}

TEST_F(EventReporterTest, ABadLineEndsTheReadingAndTheEventsBeforeItAreSent) {
  reporter_->Start();
  Append(1, 2);
  Append(4, 4);
  loop_.Advance(milliseconds(200));
  EXPECT_EQ(bad_, 1);
  EXPECT_EQ(Range(Answer()), Pair(1, 2));
  reporter_->Finish({});
  EXPECT_TRUE(Answer().has_outcome());
}

TEST_F(EventReporterTest, EventsThatTheCoordinatorCallsInvalidLeaveTheOutcome) {
  reporter_->Start();
  Append(1, 2);
  loop_.Advance(milliseconds(100));
  Answer(base::WithReason(absl::FailedPreconditionError("what is this"),
                          {.reason = "EVENT_GAP", .metadata = {}}));
  EXPECT_EQ(bad_, 1);
  reporter_->Finish({});
  const v1::ReportEventsRequest last = Answer();
  EXPECT_EQ(last.events_size(), 0);
  EXPECT_TRUE(last.has_outcome());
  EXPECT_EQ(reported_, 1);
}

TEST_F(EventReporterTest, RemembersWhatIsAcknowledgedInTheAttemptsFolder) {
  reporter_->Start();
  Append(1, 3);
  loop_.Advance(milliseconds(100));
  Answer(absl::OkStatus(), 2);
  reporter_ = MakeReporter();
  client_.reports.clear();
  reporter_->ReadToEnd();
  EXPECT_EQ(read_, 3U);
  EXPECT_EQ(Range(Answer()), Pair(3, 3));
}

}  // namespace
}  // namespace sparsweep::worker
