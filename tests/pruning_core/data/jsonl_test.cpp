#include "gmock/gmock.h"
#include "pruning_core/data/table_reader.h"
#include "tests/pruning_core/data/expect_user_error.h"

namespace sparsweep::core {
namespace {

contract::FormatSpec Jsonl(std::vector<std::string> text = {"text"}) {
  contract::FormatSpec format;
  format.layout = "jsonl";
  format.text = std::move(text);
  return format;
}

std::vector<RawExample> Parse(std::string_view bytes,
                              const contract::FormatSpec& format = Jsonl()) {
  return ParseTable(bytes, "t.jsonl", "task.dev", format, 0);
}

TEST(Jsonl, TakesLabelsThatAreStringsNumbersOrBooleans) {
  const auto examples = Parse(
      "{\"text\": \"a\\n\\u00e9\", \"label\": \"x\"}\r\n{\"label\": 3, \"text\": \"b\"}\n"
      "{\"text\":\"c\",\"label\":true,\"more\":[1]}\n{\"text\":\"d\",\"label\":0.25}");
  ASSERT_EQ(examples.size(), 4u);
  EXPECT_EQ(examples[0].first, "a\n\xC3\xA9");
  EXPECT_EQ(examples[0].label, "x");
  EXPECT_EQ(examples[1].label, "3");
  EXPECT_EQ(examples[2].label, "true");
  EXPECT_EQ(examples[3].label, "0.25");
  EXPECT_EQ(examples[3].line, 4u);
}

TEST(Jsonl, ReadsTwoTexts) {
  const auto examples = Parse(R"({"p": "x", "h": "y", "label": 1})", Jsonl({"h", "p"}));
  EXPECT_EQ(examples[0].first, "y");
  EXPECT_EQ(examples[0].second, "x");
}

TEST(Jsonl, NamesEveryFaultOnce) {
  ExpectUserError(
      [] {
        Parse(
            "{\"text\":\"a\",\"label\":1}\n[1]\n{\n{\"text\":5,\"label\":1}\n{\"label\":1}\n"
            "{\"text\":\" \",\"label\":1}\n{\"text\":\"a\"}\n{\"text\":\"a\",\"label\":null}\n"
            "{\"text\":\"\xFF\",\"label\":1}\n{\"text\":\"a\",\"label\":[]}\n\n");
      },
      "DATA_MALFORMED",
      "has 1 line empty (first: line 11), 1 line not UTF-8 (first: line 9), 2 lines not a JSON "
      "object (first: line 2), 1 line whose text is not a string (first: line 4), 2 lines without "
      "text (first: line 5), 3 lines without a label (first: line 7); ");
}

TEST(Jsonl, NamesTheNearestKeyOfTheFirstObject) {
  ExpectUserError([] { Parse("{\"txt\":\"a\",\"label\":1}\n"); }, "COLUMN_NOT_FOUND",
                  "task.format.text: t.jsonl has no column 'text'; did you mean 'txt'?");
}

TEST(Jsonl, RefusesDeepNestingAndKeysThatStandTwice) {
  const std::string first = "{\"text\":\"a\",\"label\":1}\n";
  ExpectUserError([&] { Parse(first + "{\"text\":\"a\",\"label\":1,\"label\":2}\n"); },
                  "DATA_MALFORMED", "1 line not a JSON object (first: line 2)");
  ExpectUserError([&] { Parse(first + std::string(100'000, '[') + "\n"); }, "DATA_MALFORMED",
                  "1 line not a JSON object (first: line 2)");
}

}  // namespace
}  // namespace sparsweep::core
