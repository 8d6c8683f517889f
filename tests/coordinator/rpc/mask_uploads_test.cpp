#include "coordinator/rpc/mask_uploads.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/status.h"
#include "contract/crc32c.h"
#include "contract/mask_file.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::coordinator::rpc {
namespace {

std::string MaskFile(uint8_t first_byte) {
  contract::MaskMatrix matrix{"encoder.layer.0.attention.self.query.weight", 8, 4, {}};
  matrix.bits = {first_byte, 0xff, 0x00, 0x01};
  return contract::SerializeMaskFile({matrix});
}

class MaskUploadsTest : public ::testing::Test {
 protected:
  MaskUploadsTest() {
    auto opened = store::OpenMaskStore(folder_.File("masks.db"));
    EXPECT_TRUE(opened.ok()) << opened.status();
    masks_ = *std::move(opened);
    std::filesystem::create_directory(folder_.File("uploads"));
    uploads_ = std::make_unique<MaskUploads>(folder_.File("uploads"), *masks_);
  }
  [[nodiscard]] UploadHeader Header(const AttemptKey& attempt = {1, 1}) const {
    return {attempt, contract::ContentHash(file_), file_.size()};
  }
  static absl::Status Append(MaskUpload& upload, uint64_t offset, std::string_view data) {
    return upload.Append(offset, data, contract::Crc32c(data));
  }
  [[nodiscard]] std::string PartFile() const {
    return folder_.File("uploads/" + contract::ContentHash(file_) + ".part");
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<store::MaskStore> masks_;
  std::unique_ptr<MaskUploads> uploads_;
  const std::string file_ = MaskFile(0x0f);
};

TEST_F(MaskUploadsTest, GathersVerifiesAndStores) {
  auto upload = *uploads_->Begin(Header());
  EXPECT_TRUE(Append(*upload, 0, file_.substr(0, 10)).ok());
  EXPECT_FALSE(upload->complete());
  EXPECT_TRUE(Append(*upload, 10, file_.substr(10)).ok());
  EXPECT_TRUE(upload->complete());
  EXPECT_FALSE(masks_->Matrices(1, 1).ok());
  EXPECT_TRUE(upload->Store().ok());
  EXPECT_EQ(masks_->Matrices(1, 1)->size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(PartFile()));
  EXPECT_TRUE(uploads_->Find(contract::ContentHash(file_))->complete);
}

TEST_F(MaskUploadsTest, GoesOnWhereItBrokeOff) {
  {
    auto upload = *uploads_->Begin(Header());
    EXPECT_TRUE(Append(*upload, 0, file_.substr(0, 100)).ok());
  }
  MaskUploads restarted(folder_.File("uploads"), *masks_);
  EXPECT_EQ(restarted.Find(contract::ContentHash(file_))->received_bytes, 100u);
  auto upload = *restarted.Begin(Header());
  const absl::Status again = Append(*upload, 0, file_.substr(0, 100));
  EXPECT_EQ(base::ReasonOf(again).reason, "UPLOAD_OFFSET");
  EXPECT_EQ(base::ReasonOf(again).metadata.at("received_bytes"), "100");
  EXPECT_TRUE(Append(*upload, 100, file_.substr(100)).ok());
  EXPECT_TRUE(upload->Store().ok());
}

TEST_F(MaskUploadsTest, RefusesADamagedChunkAndKeepsWhatCameBefore) {
  auto upload = *uploads_->Begin(Header());
  EXPECT_TRUE(Append(*upload, 0, file_.substr(0, 10)).ok());
  const absl::Status damaged = upload->Append(10, file_.substr(10), 12345);
  EXPECT_EQ(base::ReasonOf(damaged).reason, "CHUNK_CORRUPT");
  EXPECT_EQ(upload->received(), 10u);
}

TEST_F(MaskUploadsTest, ThrowsAwayAFileThatDoesNotHaveItsHash) {
  const std::string other = MaskFile(0x10);
  auto upload = *uploads_->Begin(Header());
  EXPECT_TRUE(Append(*upload, 0, other).ok());
  EXPECT_TRUE(absl::IsDataLoss(upload->Store()));
  EXPECT_FALSE(std::filesystem::exists(PartFile()));
  EXPECT_FALSE(masks_->Matrices(1, 1).ok());
}

TEST_F(MaskUploadsTest, BeginsAnewWhenWhatAnEarlierUploadLeftIsTorn) {
  {
    auto upload = *uploads_->Begin(Header());
    EXPECT_TRUE(Append(*upload, 0, std::string(10, '\0')).ok());
  }
  {
    auto upload = *uploads_->Begin(Header());
    EXPECT_TRUE(Append(*upload, 10, file_.substr(10)).ok());
    const absl::Status torn = upload->Store();
    EXPECT_TRUE(absl::IsAborted(torn)) << torn;
    EXPECT_EQ(base::ReasonOf(torn).reason, "UPLOAD_RESTARTED");
  }
  EXPECT_EQ(uploads_->Find(contract::ContentHash(file_))->received_bytes, 0u);
  auto upload = *uploads_->Begin(Header());
  EXPECT_TRUE(Append(*upload, 0, file_).ok());
  EXPECT_TRUE(upload->Store().ok());
}

TEST_F(MaskUploadsTest, RefusesWhatIsNoMaskFile) {
  const std::string text = "not a mask file";
  auto upload = *uploads_->Begin({{1, 1}, contract::ContentHash(text), text.size()});
  EXPECT_TRUE(Append(*upload, 0, text).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(upload->Store()));
}

TEST_F(MaskUploadsTest, StoresTheSameContentForAnotherAttemptByTheHeaderAlone) {
  {
    auto upload = *uploads_->Begin(Header());
    EXPECT_TRUE(Append(*upload, 0, file_).ok());
    EXPECT_TRUE(upload->Store().ok());
  }
  auto upload = *uploads_->Begin(Header({1, 2}));
  EXPECT_TRUE(upload->complete());
  EXPECT_TRUE(upload->Store().ok());
  EXPECT_EQ(masks_->Matrices(1, 2)->size(), 1u);
}

TEST_F(MaskUploadsTest, OneUploadOfTheSameContentAtATime) {
  auto upload = *uploads_->Begin(Header());
  EXPECT_EQ(base::ReasonOf(uploads_->Begin(Header()).status()).reason, "UPLOAD_IN_PROGRESS");
  upload.reset();
  EXPECT_TRUE(uploads_->Begin(Header()).ok());
}

TEST_F(MaskUploadsTest, RefusesHashesThatAreNoneAndSizesThatCannotBe) {
  for (const char* hash : {"", "../../etc/passwd", "0123456789ABCDEF", "0123456789abcde"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(uploads_->Find(hash).status())) << hash;
    EXPECT_TRUE(absl::IsInvalidArgument(uploads_->Begin({{1, 1}, hash, 10}).status())) << hash;
  }
  UploadHeader huge = Header();
  huge.total_bytes = kMaxMaskBytes + 1;
  EXPECT_TRUE(absl::IsInvalidArgument(uploads_->Begin(huge).status()));
  auto upload = *uploads_->Begin(Header());
  EXPECT_TRUE(absl::IsInvalidArgument(Append(*upload, 0, file_ + "x")));
}

}  // namespace
}  // namespace sparsweep::coordinator::rpc
