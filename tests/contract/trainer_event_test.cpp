#include "contract/trainer_event.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace sparsweep::contract {
namespace {

using ::testing::HasSubstr;

std::string Hash() { return "0123456789abcdef"; }

TEST(TrainerEventTest, EveryTypeReadsBackToTheSameLine) {
  const EventBody bodies[] = {
      Started{"0.1.0", "cpu", 1, "standard", 3'538'944, 16'000'000},
      Progress{512.25, 3.5},
      Metric{"accuracy", 0.1 + 0.2},
      Density{0.1, 0.10127, {{"encoder.layer.0.attention.self.query.weight", 14745}}},
      Density{1, 1, {}},
      CheckpointWritten{"checkpoint-100.safetensors", Hash()},
      MaskWritten{"masks.safetensors", Hash()},
      Exported{"/a/model"},
      Warning{"ä \"b\""},
      Finished{0.75},
      Histogram{"encoder.layer.0.output.dense.weight", "score", -1.5, 0.25, {3, 0, 7}},
      TargetDensity{0.03, 0.0312, 0.03},
      Stage{"teacher", 320, 9600}};
  uint64_t sequence = 0;
  for (const EventBody& body : bodies) {
    const TrainerEvent event{++sequence, 120, body};
    const std::string line = ToJson(event);
    const auto again = ParseTrainerEvent(line);
    ASSERT_TRUE(again.ok()) << line << again.status();
    EXPECT_EQ(again->sequence, sequence);
    EXPECT_EQ(again->step, 120);
    EXPECT_EQ(again->body.index(), body.index());
    EXPECT_EQ(ToJson(*again), line);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(TrainerEventTest, HasTheDocumentedForm) {
  EXPECT_EQ(ToJson({7, 120, Metric{"accuracy", 0.7}}),
            R"({"sequence":7,"step":120,"type":"metric","name":"accuracy","value":0.7})");
  EXPECT_EQ(
      ToJson({1, 0, Density{1, 1, {}}}),
      R"({"sequence":1,"step":0,"type":"density","overall":1.0,"remaining_weights":1.0,"matrices":{}})");
}

TEST(TrainerEventTest, KeysOfNewerTrainersAreIgnored) {
  EXPECT_TRUE(
      ParseTrainerEvent(R"({"sequence":1,"step":0,"type":"warning","text":"x","mood":"good"})")
          .ok());
}

TEST(TrainerEventTest, AHistogramHasBinsAndARange) {
  const auto parse = [](std::string_view rest) {
    const std::string line =
        fmt::format(R"({{"sequence":1,"step":0,"type":"histogram","name":"m",{}}})", rest);
    return std::string(ParseTrainerEvent(line).status().message());
  };
  EXPECT_EQ(parse(R"("kind":"score","low":0,"high":1,"counts":[1])"), "");
  EXPECT_THAT(parse(R"("kind":"mask","low":0,"high":1,"counts":[1])"), HasSubstr("kind: unknown"));
  EXPECT_THAT(parse(R"("kind":"score","low":1,"high":0,"counts":[1])"), HasSubstr("high: 0"));
  EXPECT_THAT(parse(R"("kind":"score","low":0,"high":1,"counts":[])"),
              HasSubstr("counts: not a list of 1 to 1024 counts"));
  EXPECT_THAT(parse(R"("kind":"score","low":0,"high":1,"counts":[-1])"), HasSubstr("counts: -1"));
}

struct BadLine {
  std::string_view name;
  std::string_view line;
  std::string_view message;

  friend void PrintTo(const BadLine& row, std::ostream* out) { *out << row.name; }
};

class TrainerEventBadLine : public ::testing::TestWithParam<BadLine> {};

TEST_P(TrainerEventBadLine, IsRefused) {
  const auto event = ParseTrainerEvent(GetParam().line);
  ASSERT_EQ(event.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(event.status().message()), HasSubstr(std::string(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    All, TrainerEventBadLine,
    ::testing::Values(
        BadLine{"Cut", R"({"sequence":7,"step":12)", "not JSON"},
        BadLine{"NoSequence", R"({"step":1,"type":"warning","text":""})", "sequence: missing"},
        BadLine{"SequenceZero", R"({"sequence":0,"step":1,"type":"warning","text":""})",
                "sequence: 0"},
        BadLine{"StepNegative", R"({"sequence":1,"step":-1,"type":"warning","text":""})",
                "step: -1"},
        BadLine{"UnknownType", R"({"sequence":1,"step":1,"type":"dance"})",
                "unknown type \"dance\""},
        BadLine{"NoValue", R"({"sequence":1,"step":1,"type":"metric","name":"loss"})",
                "value: missing"},
        BadLine{"NullValue",
                R"({"sequence":1,"step":1,"type":"metric","name":"loss","value":null})",
                "value: null"},
        BadLine{"MetricName", R"({"sequence":1,"step":1,"type":"metric","name":"A b","value":1})",
                "name: \"A b\""},
        BadLine{
            "DensityAboveOne",
            R"({"sequence":1,"step":1,"type":"density","overall":1.5,"remaining_weights":1,"matrices":{}})",
            "overall: 1.5"},
        BadLine{
            "Ones",
            R"({"sequence":1,"step":1,"type":"density","overall":1,"remaining_weights":1,"matrices":{"a":-3}})",
            "matrices: -3"},
        BadLine{"FileOutside",
                R"({"sequence":1,"step":1,"type":"mask","file":"../x","hash":"0123456789abcdef"})",
                "file: \"../x\""},
        BadLine{"FileParent",
                R"({"sequence":1,"step":1,"type":"mask","file":"..","hash":"0123456789abcdef"})",
                "file: \"..\""},
        BadLine{"Hash", R"({"sequence":1,"step":1,"type":"mask","file":"m","hash":"xyz"})",
                "hash: \"xyz\""}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(TrainerEventTest, ALineAboveOneMebibyteIsRefused) {
  const std::string line =
      R"({"sequence":1,"step":1,"type":"warning","text":")" + std::string(1 << 20, 'x') + "\"}";
  EXPECT_FALSE(ParseTrainerEvent(line).ok());
}

}  // namespace
}  // namespace sparsweep::contract
