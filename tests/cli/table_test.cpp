#include "cli/output/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparsweep::cli {
namespace {

Table Sample() {
  return {{{"trial", "trial"},
           {"seed", "seed", Form::kNumber},
           {"mask_density", "density", Form::kRatio},
           {"score", "accuracy", Form::kScore},
           {"lambda", "λ", Form::kNumber}},
          {{"t-000001", uint64_t{1}, 1.0, 0.749, Cell()},
           {"t-000012", uint64_t{18446744073709551615U}, 0.0853125, 0.6935, 2000.0}}};
}

TEST(Table, AlignsNumbersToTheRight) {
  EXPECT_EQ(ToText(Sample()),
            "trial                     seed  density  accuracy     λ\n"
            "t-000001                     1    100 %     0.749     -\n"
            "t-000012  18446744073709551615    8.5 %     0.694  2000\n");
}

TEST(Table, CsvHasEveryDigit) {
  EXPECT_EQ(ToCsv(Sample()),
            "trial,seed,mask_density,score,lambda\n"
            "t-000001,1,1,0.749,\n"
            "t-000012,18446744073709551615,0.0853125,0.6935,2000\n");
}

TEST(Table, JsonHasNullForNothing) {
  EXPECT_EQ(ToJsonArray(Sample()),
            R"([{"trial":"t-000001","seed":1,"mask_density":1.0,"score":0.749,"lambda":null},)"
            R"({"trial":"t-000012","seed":18446744073709551615,"mask_density":0.0853125,)"
            R"("score":0.6935,"lambda":2000.0}])");
}

TEST(Table, CsvQuotes) {
  EXPECT_EQ(ToCsv({{{"a", "a"}, {"b", "b"}}, {{"x, y", "say \"no\"\nnow"}}}),
            "a,b\n\"x, y\",\"say \"\"no\"\"\nnow\"\n");
}

TEST(Table, TextKeepsARowOnOneLine) {
  EXPECT_EQ(ToText({{{"a", "a"}}, {{"x\ny\x1b"}}}), "a\nx y?\n");
}

TEST(Table, JsonSurvivesBytesThatAreNoText) {
  EXPECT_EQ(ToJsonArray({{{"a", "a"}}, {{"x\xFF"}}}), "[{\"a\":\"x\uFFFD\"}]");
}

TEST(Table, ObjectHoldsItsFieldsFirst) {
  EXPECT_EQ(ToJsonObject({{"sweep", "q"}, {"metric", "accuracy"}}, "points", {{{"a", "a"}}, {}}),
            R"({"sweep":"q","metric":"accuracy","points":[]})");
}

TEST(OutputFormat, ParsesItsNames) {
  EXPECT_EQ(*ParseOutputFormat("table"), OutputFormat::kTable);
  EXPECT_EQ(*ParseOutputFormat("json"), OutputFormat::kJson);
  EXPECT_EQ(*ParseOutputFormat("csv"), OutputFormat::kCsv);
  EXPECT_THAT(std::string(ParseOutputFormat("jsn").status().message()),
              testing::HasSubstr("did you mean 'json'?"));
}

}  // namespace
}  // namespace sparsweep::cli
