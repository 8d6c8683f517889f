#include "gmock/gmock.h"
#include "pruning_core/data/table_reader.h"
#include "tests/pruning_core/data/expect_user_error.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;

contract::FormatSpec Csv(std::vector<std::string> text = {"text"}) {
  contract::FormatSpec format;
  format.layout = "csv";
  format.text = std::move(text);
  return format;
}

std::vector<RawExample> Parse(std::string_view bytes, const contract::FormatSpec& format = Csv()) {
  return ParseTable(bytes, "t.csv", "task.train", format, 0);
}

std::vector<std::string> Texts(const std::vector<RawExample>& examples) {
  std::vector<std::string> texts;
  for (const RawExample& example : examples) texts.push_back(example.first);
  return texts;
}

TEST(Csv, TakesCommasQuotesAndLineEndsInsideQuotes) {
  const auto examples = Parse(
      "text,label\r\n\"a, b\",x\n\"he said "
      "\"\"no\"\"\",y\r\n\"two\nlines\r\nthree\",\"x\"\nlast,y");
  EXPECT_THAT(Texts(examples),
              ElementsAre("a, b", "he said \"no\"", "two\nlines\r\nthree", "last"));
  EXPECT_EQ(examples[2].label, "x");
}

TEST(Csv, NumbersTheLinesOfTheFileNotTheRecords) {
  const auto examples = Parse("text,label\n\"a\nb\",x\nc,y\n");
  EXPECT_EQ(examples[0].line, 2u);
  EXPECT_EQ(examples[1].line, 4u);
}

TEST(Csv, TakesByteOrderMarkQuotedNamesAndTwoTexts) {
  const auto examples =
      Parse("\xEF\xBB\xBF\"label\",\"first, one\",b\nx,1,2\n", Csv({"b", "first, one"}));
  ASSERT_EQ(examples.size(), 1u);
  EXPECT_EQ(examples[0].first, "2");
  EXPECT_EQ(examples[0].second, "1");
}

TEST(Csv, KeepsAQuoteInsideAnUnquotedCell) {
  EXPECT_THAT(Texts(Parse("text,label\n5\" disk,x\n")), ElementsAre("5\" disk"));
}

TEST(Csv, AnEmptyLastCellCounts) {
  auto format = Csv({"1"});
  format.header = false;
  format.label = "2";
  ExpectUserError([&] { Parse("a,b\nc,", format); }, "DATA_MALFORMED",
                  "1 line without a label (first: line 2)");
  ExpectUserError([&] { Parse("a,b\nc", format); }, "DATA_MALFORMED",
                  "1 line with too few columns (first: line 2)");
}

TEST(Csv, NamesEveryFaultOnce) {
  ExpectUserError(
      [] { Parse("text,label\n\"a\" b,x\n\n\xFF,y\n\"\",x\n\"open,x\nmore,y\n"); },
      "DATA_MALFORMED",
      "has 1 line empty (first: line 3), 1 line not UTF-8 (first: line 4), 1 line with "
      "a quote that is not closed within 1 MiB (first: line 6), 1 line with text behind "
      "a closing quote (first: line 2), 1 line without text (first: line 5); ");
}

TEST(Csv, AQuoteThatClosesTooFarAwayIsOpen) {
  ExpectUserError([] { Parse("text,label\n\"" + std::string((1 << 20) + 1, 'a') + "\",x\n"); },
                  "DATA_MALFORMED", "not closed within 1 MiB (first: line 2)");
}

TEST(Csv, ANameOverTwoLinesStaysOutOfTheError) {
  ExpectUserError([] { Parse("\"tex\nt\",label\na,x\n"); }, "COLUMN_NOT_FOUND",
                  "has no column 'text'; known: label");
}

}  // namespace
}  // namespace sparsweep::core
