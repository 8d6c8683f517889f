#include "contract/mask_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/safetensors_header.h"

namespace sparsweep::contract {
namespace {

using ::testing::HasSubstr;

std::vector<MaskMatrix> TwoMasks() {
  return {{"encoder.layer.0.attention.self.query.weight", 3, 5, {0b10010001, 0b01000000}},
          {"encoder.layer.0.output.dense.weight", 2, 8, {0xff, 0x00}}};
}

TEST(MaskFileTest, ReadsBackAndCountsOnes) {
  const auto masks = ParseMaskFile(SerializeMaskFile(TwoMasks()));
  ASSERT_TRUE(masks.ok()) << masks.status();
  EXPECT_EQ(*masks, TwoMasks());
  EXPECT_EQ((*masks)[0].Ones(), 4);
  EXPECT_EQ((*masks)[0].numel(), 15);
}

TEST(MaskFileTest, EqualMasksGiveEqualBytes) {
  EXPECT_EQ(SerializeMaskFile(TwoMasks()), SerializeMaskFile(TwoMasks()));
}

TEST(MaskFileTest, MetadataHasTheDocumentedForm) {
  const std::string bytes = SerializeMaskFile(TwoMasks());
  const auto header = ParseSafetensorsHeader(bytes, bytes.size());
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->metadata.at("encoder.layer.0.output.dense.weight.shape"), "2,8");
  EXPECT_EQ(header->metadata.at("encoder.layer.0.output.dense.weight.density"), "0.5");
  EXPECT_EQ(header->metadata.at("encoder.layer.0.output.dense.weight.xxh3"),
            ContentHash(std::string_view("\xff\0", 2)));
}

TEST(MaskFileTest, EveryFlippedDataBitAndEveryCutIsFound) {
  const std::string bytes = SerializeMaskFile(TwoMasks());
  for (size_t i = bytes.size() - 4; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      EXPECT_FALSE(ParseMaskFile(flipped).ok()) << i << ":" << bit;
    }
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ParseMaskFile(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
}

TEST(MaskFileTest, BitsAfterTheLastWeightAreRefused) {
  std::vector<MaskMatrix> masks = TwoMasks();
  masks[0].bits[1] |= 0x80;
  EXPECT_THAT(std::string(ParseMaskFile(SerializeMaskFile(masks)).status().message()),
              HasSubstr("bits after the last weight"));
}

TEST(MaskFileTest, AShapeThatDoesNotFitItsBytesIsRefused) {
  std::vector<MaskMatrix> masks = TwoMasks();
  masks[1].rows = 3;
  EXPECT_THAT(std::string(ParseMaskFile(SerializeMaskFile(masks)).status().message()),
              HasSubstr("do not fit shape 3,8"));
  masks[1].rows = -2;
  masks[1].columns = -8;
  EXPECT_THAT(std::string(ParseMaskFile(SerializeMaskFile(masks)).status().message()),
              HasSubstr("is not 'rows,columns'"));
}

TEST(MaskFileTest, ContentHashIsXxh3) {
  EXPECT_EQ(ContentHash(""), "2d06800538d394c2") << "XXH3-64 of nothing, seed 0";
}

}  // namespace
}  // namespace sparsweep::contract
