#include "contract/safetensors_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace sparsweep::contract {
namespace {

using ::testing::HasSubstr;

// A file with this header text and so many bytes of data.
std::string File(std::string_view header, size_t data_bytes) {
  std::string bytes;
  for (size_t i = 0; i < 8; ++i)
    bytes.push_back(static_cast<char>((header.size() >> (8 * i)) & 0xff));
  bytes += header;
  return bytes + std::string(data_bytes, '\0');
}

TEST(SafetensorsHeaderTest, ReadsWhatItWrites) {
  const std::vector<TensorEntry> tensors{{"a", "F32", {2, 3}, 0, 24},
                                         {"empty", "I64", {0, 7}, 24, 24},
                                         {"scalar", "BF16", {}, 24, 26}};
  const std::string head = SerializeSafetensorsHeader(tensors, {{"format", "pt"}});
  EXPECT_EQ(head.size() % 8, 0u);
  const auto header = ParseSafetensorsHeader(head, head.size() + 26);
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->data_start, head.size());
  EXPECT_EQ(header->metadata.at("format"), "pt");
  ASSERT_EQ(header->tensors.size(), 3u);
  const TensorEntry* const a = header->Find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(a->end, 24u);
  EXPECT_EQ(header->tensors.back().name, "scalar");
  EXPECT_EQ(header->Find("b"), nullptr);
}

TEST(SafetensorsHeaderTest, SaysHowMuchToRead) {
  const std::string file = File("{}", 0);
  EXPECT_EQ(*SafetensorsDataStart(std::string_view(file).substr(0, 8), file.size()), 10u);
  EXPECT_FALSE(SafetensorsDataStart("1234567", 7).ok());
}

TEST(SafetensorsHeaderTest, EveryCutOfAFileIsRefused) {
  const std::vector<TensorEntry> tensors{{"a", "F32", {2}, 0, 8}};
  const std::string file = SerializeSafetensorsHeader(tensors, {}) + std::string(8, 'x');
  ASSERT_TRUE(ParseSafetensorsHeader(file, file.size()).ok());
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(ParseSafetensorsHeader(std::string_view(file).substr(0, size), size).ok()) << size;
  }
}

struct Corrupt {
  std::string_view name;
  std::string header;
  size_t data_bytes;
  std::string_view message;

  friend void PrintTo(const Corrupt& row, std::ostream* out) { *out << row.name; }
};

class SafetensorsCorrupt : public ::testing::TestWithParam<Corrupt> {};

TEST_P(SafetensorsCorrupt, IsRefusedWithAReason) {
  const std::string file = File(GetParam().header, GetParam().data_bytes);
  const auto header = ParseSafetensorsHeader(file, file.size());
  ASSERT_EQ(header.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(header.status().message()), HasSubstr(std::string(GetParam().message)));
}

// {"NAME":{"dtype":"F32","shape":SHAPE,"data_offsets":OFFSETS}
std::string Entry(const std::string& name, const std::string& shape, const std::string& offsets,
                  const std::string& dtype = "F32") {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
         ",\"data_offsets\":" + offsets + "}";
}

const Corrupt kCorrupt[] = {
    {"NotJson", "{\"a\"", 0, "not JSON"},
    {"NotAnObject", "[]", 0, "not an object"},
    {"DataMissing", "{" + Entry("a", "[2]", "[0,8]") + "}", 7, "tensor 'a': its bytes end at 8"},
    {"Overlap", "{" + Entry("a", "[2]", "[0,8]") + "," + Entry("b", "[2]", "[4,12]") + "}", 12,
     "tensor 'b': its bytes overlap"},
    {"SameRange", "{" + Entry("a", "[2]", "[0,8]") + "," + Entry("b", "[2]", "[0,8]") + "}", 8,
     "overlap"},
    {"Gap", "{" + Entry("a", "[2]", "[0,8]") + "," + Entry("b", "[2]", "[12,20]") + "}", 20,
     "tensor 'b': there is a gap"},
    {"GapAtStart", "{" + Entry("a", "[2]", "[8,16]") + "}", 16, "gap"},
    {"TrailingBytes", "{" + Entry("a", "[2]", "[0,8]") + "}", 9, "1 bytes after the last tensor"},
    {"PassesTheEnd", "{" + Entry("a", "[4]", "[0,16]") + "}", 8, "truncated file"},
    {"Backwards", "{" + Entry("a", "[2]", "[8,0]") + "}", 8, "do not fit"},
    {"SizeDiffers", "{" + Entry("a", "[3]", "[0,8]") + "}", 8, "do not fit the 12 bytes"},
    {"ShapeOverflows", "{" + Entry("a", "[4294967296,4294967296]", "[0,8]") + "}", 8, "overflows"},
    {"ShapeOverflowsToZero", "{" + Entry("a", "[4611686018427387904,4]", "[0,0]") + "}", 0,
     "overflows"},
    {"ShapeNegative", "{" + Entry("a", "[-2,-1]", "[0,8]") + "}", 8, "not a whole number >= 0"},
    {"ShapeAboveInt64", "{" + Entry("a", "[18446744073709551615]", "[0,8]") + "}", 8,
     "not a whole number >= 0"},
    {"ShapeFraction", "{" + Entry("a", "[2.0]", "[0,8]") + "}", 8, "not a whole number >= 0"},
    {"ShapeTooLong",
     "{" +
         Entry("a", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
               "[0,4]") +
         "}",
     4, "list of at most 32"},
    {"OffsetNegative", "{" + Entry("a", "[2]", "[-8,0]") + "}", 8, "not two whole numbers"},
    {"OffsetHuge", "{" + Entry("a", "[2]", "[18446744073709551608,18446744073709551616]") + "}", 8,
     "not two whole numbers"},
    {"OneOffset", "{" + Entry("a", "[2]", "[0]") + "}", 8, "not two whole numbers"},
    {"Dtype", "{" + Entry("a", "[2]", "[0,8]", "F33") + "}", 8, "unknown dtype \"F33\""},
    {"NoShape", R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8, "tensor 'a': no dtype, shape"},
    {"NameTwice", "{" + Entry("a", "[2]", "[0,8]") + "," + Entry("a", "[2]", "[8,16]") + "}", 16,
     "key \"a\" stands twice"},
    {"Metadata", R"({"__metadata__":{"a":1}})", 0, "__metadata__ 'a'"},
};

INSTANTIATE_TEST_SUITE_P(All, SafetensorsCorrupt, ::testing::ValuesIn(kCorrupt),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SafetensorsHeaderTest, AHugeHeaderLengthIsRefusedBeforeAnythingIsAllocated) {
  for (const std::string& length : {std::string(8, '\xff'), std::string("\0\0\0\0\0\0\0\x80", 8)}) {
    EXPECT_THAT(std::string(ParseSafetensorsHeader(length, uint64_t{1} << 62).status().message()),
                HasSubstr("not a safetensors file"));
  }
  std::string length = File("{}", 0);
  length[2] = 0x10;  // about a million
  EXPECT_THAT(std::string(ParseSafetensorsHeader(length, length.size()).status().message()),
              HasSubstr("truncated"));
}

}  // namespace
}  // namespace sparsweep::contract
