#include "store/mask_store.h"

#include <sqlite3.h>

#include <random>

#include <gtest/gtest.h>

#include "store/bit_codec.h"
#include "store/query.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::test {
namespace {

using contract::MaskMatrix;
using namespace store;

MaskMatrix Filled(const std::string& name, int64_t rows, int64_t columns, uint8_t byte) {
  return {name, rows, columns, std::vector<uint8_t>(static_cast<size_t>(rows * columns / 8), byte)};
}

MaskMatrix Random(const std::string& name, int64_t rows, int64_t columns) {
  MaskMatrix matrix = Filled(name, rows, columns, 0);
  std::mt19937 random(7);
  for (uint8_t& byte : matrix.bits) byte = static_cast<uint8_t>(random());
  return matrix;
}

class Masks : public testing::Test {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    masks_.reset();
    auto opened = OpenMaskStore(folder_.File("masks.db"));
    ASSERT_TRUE(opened.ok()) << opened.status();
    masks_ = *std::move(opened);
  }
  [[nodiscard]] int64_t Count(const std::string& sql) const {
    auto database = Database::Open(folder_.File("masks.db"), Database::Mode::kReadWrite);
    Query query(**database, sql);
    EXPECT_TRUE(query.Next()) << query.status();
    return query.Int(0);
  }
  void Damage(const std::string& sql) const {
    auto database = Database::Open(folder_.File("masks.db"), Database::Mode::kReadWrite);
    const absl::Status status = (*database)->Execute(sql);
    EXPECT_TRUE(status.ok()) << status;
  }

  TemporaryFolder folder_;
  std::unique_ptr<MaskStore> masks_;
  // The last matrix has seven bits: one byte with a bit unused.
  const std::vector<MaskMatrix> file_ = {Random("b.query", 384, 384),
                                         Filled("a.key", 384, 384, 0xff),
                                         Filled("a.value", 16, 16, 0),
                                         {"odd", 1, 7, {0x55}}};
};

TEST_F(Masks, ComeBackInTheOrderOfTheFile) {
  ASSERT_TRUE(masks_->Put(4, 1, "f1", file_).ok());
  Open();
  const auto rows = masks_->Matrices(4, 1);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), file_.size());
  for (size_t i = 0; i < file_.size(); ++i) {
    EXPECT_EQ((*rows)[i].name, file_[i].name);
    EXPECT_EQ((*rows)[i].rows, file_[i].rows);
    EXPECT_EQ((*rows)[i].columns, file_[i].columns);
    EXPECT_EQ((*rows)[i].ones, file_[i].Ones());
    EXPECT_EQ((*rows)[i].hash,
              contract::ContentHash(
                  {reinterpret_cast<const char*>(file_[i].bits.data()), file_[i].bits.size()}));
    EXPECT_EQ(masks_->Get(4, 1, file_[i].name).value(), file_[i]);
  }
  EXPECT_TRUE(masks_->Contains("f1").value());
  EXPECT_FALSE(masks_->Contains("f2").value());
  EXPECT_EQ(masks_->Get(4, 1, "none").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(masks_->Matrices(4, 2).status().code(), absl::StatusCode::kNotFound);
  EXPECT_GT(masks_->Bytes(), 0u);
}

TEST_F(Masks, EqualContentIsStoredOnce) {
  ASSERT_TRUE(masks_->Put(4, 1, "f1", file_).ok());
  std::vector<MaskMatrix> renamed = file_;
  renamed[0].name = "c.query";
  ASSERT_TRUE(masks_->Put(5, 1, "f2", renamed).ok());
  EXPECT_EQ(Count("SELECT count(*) FROM masks"), 4);
  EXPECT_EQ(masks_->Get(5, 1, "c.query").value().bits, file_[0].bits);
}

TEST_F(Masks, StoringAgainChangesNothing) {
  ASSERT_TRUE(masks_->Put(4, 1, "f1", file_).ok());
  EXPECT_TRUE(masks_->Put(4, 1, "f1", file_).ok());
  EXPECT_EQ(Count("SELECT count(*) FROM mask_file_matrices"), 4);
  EXPECT_EQ(masks_->Put(4, 1, "f2", {file_[1]}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(masks_->Contains("f2").value()) << "the refused file is not kept";
  EXPECT_EQ(masks_->Matrices(4, 1).value().size(), 4u);
}

TEST_F(Masks, AttemptsWithEqualMasksShareAFile) {
  EXPECT_EQ(masks_->Attach(5, 2, "f1").code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(masks_->Put(4, 1, "f1", file_).ok());
  ASSERT_TRUE(masks_->Attach(5, 2, "f1").ok());
  EXPECT_TRUE(masks_->Attach(5, 2, "f1").ok());
  EXPECT_EQ(masks_->Get(5, 2, "b.query").value(), file_[0]);
}

TEST_F(Masks, CompressesWhereItPays) {
  ASSERT_TRUE(masks_->Put(4, 1, "f1", file_).ok());
  EXPECT_EQ(Count("SELECT count(*) FROM masks WHERE encoding = 'zstd'"), 2);  // all ones, all zeros
  EXPECT_EQ(Count("SELECT count(*) FROM masks WHERE encoding = 'raw'"), 2);   // random, one byte
  EXPECT_LT(Count("SELECT length(content) FROM masks WHERE bytes = 18432 AND encoding = 'zstd'"),
            200);
}

TEST_F(Masks, DamagedBitsAreFound) {
  ASSERT_TRUE(masks_->Put(4, 1, "f1", file_).ok());
  Damage(
      "UPDATE masks SET content = CAST(x'00' || substr(content, 2) AS BLOB) WHERE encoding = 'raw'"
      " AND bytes > 1");
  EXPECT_EQ(masks_->Get(4, 1, "b.query").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(masks_->Get(4, 1, "a.key").ok());
  Damage("UPDATE masks SET content = substr(content, 1, length(content) - 1)");
  for (const MaskMatrix& matrix : file_) {
    const absl::Status status = masks_->Get(4, 1, matrix.name).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << matrix.name;
    EXPECT_NE(status.message().find(matrix.name), absl::string_view::npos) << status;
  }
}

TEST(BitCodec, EveryFlippedBitOfAFrameIsFoundOrHarmless) {
  const MaskMatrix matrix = Filled("m", 64, 64, 0xff);
  const StoredBits stored = EncodeBits(matrix.bits);
  ASSERT_EQ(stored.encoding, "zstd");
  for (size_t bit = 0; bit < stored.content.size() * 8; ++bit) {
    StoredBits damaged = stored;
    damaged.content[bit / 8] = static_cast<char>(damaged.content[bit / 8] ^ (1 << (bit % 8)));
    const auto bits = DecodeBits(damaged, matrix.bits.size());
    if (bits.ok()) {
      EXPECT_EQ(bits->size(), matrix.bits.size());
    }
  }
}

TEST(BitCodec, EmptyMatrix) {
  const StoredBits stored = EncodeBits({});
  EXPECT_TRUE(DecodeBits(stored, 0).value().empty());
}

}  // namespace
}  // namespace sparsweep::test
