#include <gtest/gtest.h>

#include "base/status.h"
#include "contract/crc32c.h"
#include "contract/mask_file.h"
#include "tests/support/fake_coordinator_client.h"
#include "tests/support/virtual_time.h"
#include "worker/mask_chunks.h"
#include "worker/mask_uploader.h"

namespace sparsweep::worker {
namespace {

using std::chrono::seconds;

TEST(MaskChunks, HeaderThenAtMostAMebibyteEach) {
  std::string bytes(2 * kMaskChunkBytes + 5, 'a');
  bytes.back() = 'z';
  const auto file = std::make_shared<const std::string>(bytes);
  v1::UploadMaskHeader header;
  header.set_trial("t-000001");
  for (const uint64_t offset : {uint64_t{0}, uint64_t{5}, kMaskChunkBytes, bytes.size()}) {
    MaskChunks chunks(header, file, offset);
    v1::UploadMaskRequest message;
    ASSERT_TRUE(chunks.Next(&message));
    EXPECT_EQ(message.header().trial(), "t-000001");
    std::string received = bytes.substr(0, offset);
    while (message.Clear(), chunks.Next(&message)) {
      EXPECT_EQ(message.chunk().offset(), received.size());
      EXPECT_LE(message.chunk().data().size(), kMaskChunkBytes);
      EXPECT_EQ(message.chunk().crc32c(), contract::Crc32c(message.chunk().data()));
      received += message.chunk().data();
    }
    EXPECT_EQ(received, bytes);
  }
}

class MaskUploaderTest : public testing::Test {
 protected:
  void AnswerQuestion(uint64_t received, bool complete = false) {
    v1::GetMaskUploadResponse response;
    response.set_received_bytes(received);
    response.set_complete(complete);
    auto call = client_.Take(client_.mask_questions);
    EXPECT_EQ(call.request.file_hash(), contract::ContentHash(bytes_));
    call.done(absl::OkStatus(), response);
  }

  test::TestExecutor loop_;
  test::FakeCoordinatorClient client_;
  const std::string bytes_ = "the bytes of a mask file";
  std::vector<absl::Status> done_;
  MaskUploader uploader_{loop_, client_, AttemptId{"t-000001", 2}, bytes_,
                         [this](const absl::Status& status) { done_.push_back(status); }};
};

TEST_F(MaskUploaderTest, SendsTheWholeFileWithItsFence) {
  uploader_.Start();
  AnswerQuestion(0);
  auto upload = client_.Take(client_.uploads);
  EXPECT_EQ(upload.header.trial(), "t-000001");
  EXPECT_EQ(upload.header.attempt_number(), 2U);
  EXPECT_EQ(upload.header.file_hash(), contract::ContentHash(bytes_));
  EXPECT_EQ(upload.header.total_bytes(), bytes_.size());
  EXPECT_EQ(upload.offset, 0U);
  EXPECT_TRUE(done_.empty());
  upload.done(absl::OkStatus());
  EXPECT_EQ(done_, std::vector{absl::OkStatus()});
}

TEST_F(MaskUploaderTest, GoesOnFromWhatHasArrived) {
  uploader_.Start();
  AnswerQuestion(0);
  client_.Take(client_.uploads).done(absl::UnavailableError("broken"));
  EXPECT_TRUE(client_.mask_questions.empty()) << "no pause";
  loop_.Advance(seconds(2));
  AnswerQuestion(10);
  auto upload = client_.Take(client_.uploads);
  EXPECT_EQ(upload.offset, 10U);
  upload.done(absl::OkStatus());
  EXPECT_EQ(done_, std::vector{absl::OkStatus()});
}

TEST_F(MaskUploaderTest, TellsWhoseFileItIsWhenTheContentIsThereAlready) {
  uploader_.Start();
  AnswerQuestion(0, /*complete=*/true);
  auto upload = client_.Take(client_.uploads);
  EXPECT_EQ(upload.header.attempt_number(), 2U);
  EXPECT_EQ(upload.offset, bytes_.size());
}

TEST_F(MaskUploaderTest, AsksAgainWhileTheCoordinatorIsAway) {
  uploader_.Start();
  client_.Take(client_.mask_questions).done(absl::UnavailableError(""), {});
  loop_.Advance(seconds(2));
  EXPECT_EQ(client_.mask_questions.size(), 1U);
  EXPECT_TRUE(done_.empty());
}

TEST_F(MaskUploaderTest, RefusalsAreFinal) {
  for (const absl::Status& status : {base::WithReason(absl::FailedPreconditionError(""),
                                                      {.reason = "STALE_ATTEMPT", .metadata = {}}),
                                     absl::DataLossError(""), absl::InvalidArgumentError("")}) {
    done_.clear();
    uploader_.Start();
    AnswerQuestion(0);
    client_.Take(client_.uploads).done(status);
    ASSERT_EQ(done_.size(), 1U);
    EXPECT_EQ(done_[0].code(), status.code());
    loop_.Advance(seconds(10));
    EXPECT_TRUE(client_.mask_questions.empty());
  }
}

}  // namespace
}  // namespace sparsweep::worker
