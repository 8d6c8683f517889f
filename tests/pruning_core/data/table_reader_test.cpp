#include "pruning_core/data/table_reader.h"

#include "gtest/gtest.h"
#include "tests/pruning_core/data/expect_user_error.h"

namespace sparsweep::core {
namespace {

contract::FormatSpec Tsv(std::vector<std::string> text = {"text"}, bool header = true) {
  contract::FormatSpec format;
  format.text = std::move(text);
  format.header = header;
  return format;
}

std::vector<RawExample> Parse(std::string_view bytes, const contract::FormatSpec& format = Tsv(),
                              uint64_t limit = 0) {
  return ParseTable(bytes, "t.tsv", "task.train", format, limit);
}

TEST(TableReader, FindsColumnsByName) {
  const auto examples = Parse("id\tlabel\ttext\n7\tno\tone word\n8\tyes\ttwo\n");
  ASSERT_EQ(examples.size(), 2u);
  EXPECT_EQ(examples[0].first, "one word");
  EXPECT_EQ(examples[0].label, "no");
  EXPECT_EQ(examples[0].line, 2u);
  EXPECT_EQ(examples[1].first, "two");
  EXPECT_EQ(examples[1].line, 3u);
}

TEST(TableReader, ReadsTwoTexts) {
  const auto examples = Parse("a\tb\tlabel\nx\ty\t1\n", Tsv({"b", "a"}));
  EXPECT_EQ(examples[0].first, "y");
  EXPECT_EQ(examples[0].second, "x");
}

TEST(TableReader, NumbersTheColumnsWithoutAHeader) {
  auto format = Tsv({"2"}, false);
  format.label = "1";
  const auto examples = Parse("0\tbad\n1\tgood", format);
  ASSERT_EQ(examples.size(), 2u);
  EXPECT_EQ(examples[1].first, "good");
  EXPECT_EQ(examples[0].line, 1u);
}

TEST(TableReader, TakesByteOrderMarkAndWindowsLineEnds) {
  const auto examples = Parse("\xEF\xBB\xBFtext\tlabel\r\na\tx\r\n");
  EXPECT_EQ(examples[0].label, "x");
}

TEST(TableReader, StopsAtTheLimit) {
  EXPECT_EQ(Parse("text\tlabel\na\t0\nb\t1\n\n\n", Tsv(), 2).size(), 2u);
}

TEST(TableReader, CountsEveryKindOfBadLineAndNamesTheFirst) {
  ExpectUserError(
      [] { Parse("text\tlabel\na\t0\n\n\xFF\t0\nb\n   \nc\xC3\t1\n \t1\nd\t1\ne\t\n"); },
      "DATA_MALFORMED",
      "task.train: t.tsv has 2 lines empty (first: line 3), 2 lines not UTF-8 (first: line 4), 1 "
      "line with too few columns (first: line 5), 1 line without text (first: line 8), "
      "1 line without a label (first: line 10); ");
}

TEST(TableReader, RefusesLinesOverAMebibyte) {
  ExpectUserError([] { Parse("text\tlabel\n" + std::string(1 << 20, 'a') + "\t1\n"); },
                  "DATA_MALFORMED", "1 line over 1 MiB (first: line 2)");
}

TEST(TableReader, NamesTheNearestColumn) {
  ExpectUserError([] { Parse("text\tlabels\na\t0\n"); }, "COLUMN_NOT_FOUND",
                  "task.format.label: t.tsv has no column 'label'; did you mean 'labels'?");
  ExpectUserError([] { Parse("sentence\tlabel\na\t0\n", Tsv({"sentense"})); }, "COLUMN_NOT_FOUND",
                  "task.format.text: t.tsv has no column 'sentense'; did you mean 'sentence'?");
}

TEST(TableReader, RefusesEmptyFiles) {
  ExpectUserError([] { Parse(""); }, "DATA_EMPTY", "task.train: t.tsv is empty");
  ExpectUserError([] { Parse("text\tlabel\n"); }, "DATA_EMPTY", "no examples");
}

TEST(TableReader, NamesAMissingFile) {
  ExpectUserError([] { static_cast<void>(ReadTable("/nowhere/x.tsv", "task.dev", Tsv(), 0)); },
                  "DATA_NOT_FOUND", "task.dev: cannot read /nowhere/x.tsv");
  ExpectUserError([] { static_cast<void>(ReadTable(testing::TempDir(), "task.dev", Tsv(), 0)); },
                  "DATA_NOT_FOUND", "task.dev");
}

}  // namespace
}  // namespace sparsweep::core
